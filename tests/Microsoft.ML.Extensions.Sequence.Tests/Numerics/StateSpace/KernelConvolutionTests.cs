using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class KernelConvolutionTests
{
    // With and without a rest of a lane, and of fewer channels than one; and rows of one channel.
    private static readonly (int Features, int Channels, bool Bidirectional)[] s_problems =
        [(1, 1, false), (3, 1, true), (16, 1, false), (21, 1, true), (7, 3, false), (11, 2, true)];

    private static readonly int[] s_lengths = [1, 2, 7, 8, 9, 15, 16, 17, 48, 65, 100, 129, 193, 400];

    [TestMethod]
    public void Row_IsTheSumTermByTerm()
    {
        foreach (var (features, channels, bidirectional) in s_problems)
        {
            var problem = new ConvolutionProblem(features, channels, bidirectional);
            var convolution = problem.Convolution(LaneWidth.Sixteen);
            foreach (var steps in s_lengths)
            {
                var row = problem.Row(steps);
                AssertClose(problem.Expected(row), problem.Run(convolution, row), $"{features} features, {steps} steps");
            }
        }
    }

    [TestMethod]
    public void BothMethods_ServeRowsOfAnyLength()
    {
        var problem = new ConvolutionProblem(21, 1, true);
        var convolution = problem.Convolution(LaneWidth.Eight);
        foreach (var steps in s_lengths)
        {
            var row = problem.Row(steps);
            AssertClose(problem.Expected(row), Direct(convolution, row), $"{steps} steps, sum by sum");
            AssertClose(problem.Expected(row), Transformed(convolution, row), $"{steps} steps, by transform");
        }
    }

    [TestMethod]
    public void ShortRowsAreSummed_AndLongOnesTransformed()
    {
        var convolution = new ConvolutionProblem(4, 1, false).Convolution(LaneWidth.Four);
        CollectionAssert.AreEqual(
            new[] { false, false, true, true }, new[] { 1, 100, 256, 5000 }.Select(convolution.Transforms).ToArray());
    }

    [TestMethod]
    public void EveryWidth_GivesTheSameBits()
    {
        foreach (var (features, channels, bidirectional) in s_problems)
        {
            var problem = new ConvolutionProblem(features, channels, bidirectional);
            foreach (var steps in new[] { 1, 33, 190, 300 })
            {
                var row = problem.Row(steps);
                var expected = problem.Run(problem.Convolution(LaneWidth.Scalar), row);
                foreach (var width in Enum.GetValues<LaneWidth>())
                {
                    CollectionAssert.AreEqual(
                        expected, problem.Run(problem.Convolution(width), row), $"{width}, {features} features, {steps} steps");
                }
            }
        }
    }

    [TestMethod]
    public void RowsBefore_ChangeNoBit()
    {
        var problem = new ConvolutionProblem(21, 1, true);
        var convolution = problem.Convolution(LaneWidth.Eight);
        foreach (var steps in new[] { 5, 90, 300, 256, 20, 600, 300, 90, 5 })
        {
            var row = problem.Row(steps);
            CollectionAssert.AreEqual(
                problem.Run(problem.Convolution(LaneWidth.Eight), row), problem.Run(convolution, row), $"{steps} steps");
        }
    }

    [TestMethod]
    public void ManyThreads_GetTheSameBits()
    {
        var problem = new ConvolutionProblem(21, 1, true);
        var rows = Enumerable.Range(0, 64).Select(i => problem.Row(1 + (i * 37 % 400))).ToArray();
        var alone = problem.Convolution(LaneWidth.Eight);
        var expected = Array.ConvertAll(rows, row => problem.Run(alone, row));
        var shared = problem.Convolution(LaneWidth.Eight);
        Parallel.For(0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
            CollectionAssert.AreEqual(expected[i], problem.Run(shared, rows[i])));
    }

    [TestMethod]
    public unsafe void LaterRows_AllocateNothing()
    {
        var problem = new ConvolutionProblem(21, 2, true);
        var convolution = problem.Convolution(LaneWidth.Eight);
        foreach (var steps in new[] { 30, 500 })
        {
            var (row, result, scratch) = (problem.Row(steps), new float[steps * 42], new float[convolution.ScratchSize(steps)]);
            fixed (float* input = row, output = result, through = scratch)
            {
                convolution.Run(steps, input, output, through);
                var before = GC.GetAllocatedBytesForCurrentThread();
                convolution.Run(steps, input, output, through);
                Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
            }
        }
    }

    private static unsafe float[] Direct(KernelConvolution convolution, float[] row) =>
        Filled(row, 1 << 12, (steps, input, output, scratch) =>
            convolution.Direct(steps).Run<Lane256>(steps, (float*)input, (float*)output, (float*)scratch));

    private static unsafe float[] Transformed(KernelConvolution convolution, float[] row) =>
        Filled(row, 1 << 14, (steps, input, output, scratch) =>
            convolution.Transform(steps).Run<Lane256>(steps, (float*)input, (float*)output, (float*)scratch));

    private static unsafe float[] Filled(float[] row, int size, Action<int, nint, nint, nint> run)
    {
        var result = new float[row.Length];
        using var scratch = new FloatBuffer(size);
        fixed (float* input = row, output = result)
        {
            run(row.Length / 21, (nint)input, (nint)output, (nint)scratch.Start);
        }
        return result;
    }

    private static void AssertClose(double[] expected, float[] actual, string message)
    {
        var bound = Tolerance.Single * expected.Max(Math.Abs);
        Assert.IsTrue(expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) <= bound), message);
    }
}
