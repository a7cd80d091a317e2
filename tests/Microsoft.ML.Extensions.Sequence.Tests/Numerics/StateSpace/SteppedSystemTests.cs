using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class SteppedSystemTests
{
    private static readonly StateSpaceShape s_shape = new(21, 3, 5, 0.5, 1);

    private readonly Random _random = new(2);

    private StateSpaceSystem Diagonal => new DiagonalSystem(
        s_shape, Numbers(21 * 5), Numbers(21 * 5), Numbers(21), Numbers(2 * 3 * 21 * 5));

    private StateSpaceSystem Dense => new DenseSystem(s_shape, Hippo.LegS(5), Numbers(5), Numbers(21), Numbers(3 * 21 * 5));

    private StateSpaceSystem Structured =>
        new StructuredSystem(s_shape, StructuredMatrix.LegT(5), Numbers(5), Numbers(21), Numbers(3 * 21 * 5));

    [TestMethod]
    public void ImpulseResponse_IsTheKernel()
    {
        foreach (var system in new[] { Diagonal, Dense, Structured })
        {
            var (kernel, responses) = (system.Kernel(50), Run(system.Stepped(), LaneWidths.Widest, t => t == 0 ? 1 : 0));
            var largest = kernel.Max(Math.Abs);
            for (var i = 0; i < kernel.Length; i++)
            {
                Assert.AreEqual(kernel[i], responses[i % 50][i / 50], Tolerance.Single * largest, system.GetType().Name);
            }
        }
    }

    [TestMethod]
    public void EveryWidth_GivesTheSameBits()
    {
        foreach (var system in new[] { Diagonal, Dense })
        {
            var stepped = system.Stepped();
            var expected = Run(stepped, LaneWidth.Scalar, t => MathF.Sin(t));
            foreach (var width in Enum.GetValues<LaneWidth>())
            {
                CollectionAssert.AreEqual(expected[^1], Run(stepped, width, t => MathF.Sin(t))[^1], $"{width}");
            }
        }
    }

    private static unsafe float[][] Run(SteppedSystem system, LaneWidth width, Func<int, float> input)
    {
        using var state = GuardedMemory.Of(new double[system.StateSize]);
        using var outputs = new GuardedMemory(s_shape.Outputs);
        var results = new float[50][];
        for (var t = 0; t < results.Length; t++)
        {
            using var inputs = GuardedMemory.Of([.. Enumerable.Repeat((double)input(t), s_shape.Features)]);
            system.Next(state.Start, inputs.Start, outputs.Start, width);
            results[t] = outputs.ToArray();
        }
        return results;
    }

    private float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * _random.NextSingle()) - 1)];
}
