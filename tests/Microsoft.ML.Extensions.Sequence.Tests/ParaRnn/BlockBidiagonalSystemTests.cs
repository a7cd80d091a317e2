using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

/// <summary>
/// Recursive doubling against the plain recurrence. The links keep the norm (Danieli et al. test so too), so that long products of them
/// neither vanish nor explode and an error anywhere is seen at the end.
/// </summary>
[TestClass]
public sealed class BlockBidiagonalSystemTests
{
    private const int Batch = 2, Channels = 3;

    [TestMethod]
    public void Solve_WithLinksOfOneAndMinusOne_EqualsTheRecurrence() =>
        AssertSolves(1, steps => [Signs(steps)]);

    [TestMethod]
    public void Solve_WithRotations_EqualsTheRecurrence() => AssertSolves(2, steps =>
    {
        var angle = rand([steps, Batch, Channels], ScalarType.Float64, generator: new Generator(3)).Scaled(2 * Math.PI);
        var (cos, sin) = (angle.cos(), angle.sin());
        return [cos, -sin, sin, cos];
    });

    [TestMethod]
    public void Solve_WithSwapsOfTheStates_EqualsTheRecurrence() => AssertSolves(2, steps =>
    {
        var swaps = Signs(steps).gt(Numbers.Zero).to_type(ScalarType.Float64);
        return [swaps.neg().Plus(1), swaps, swaps, swaps.neg().Plus(1)];
    });

    [TestMethod]
    public void Solve_OfThreeStates_EqualsTheRecurrence() => AssertSolves(3, steps =>
    {
        var (zero, sign) = (zeros([steps, Batch, Channels], ScalarType.Float64), Signs(steps));
        return [zero, sign, zero, zero, zero, sign, sign, zero, zero];
    });

    [TestMethod]
    public void SolveStepByStep_IsTheDefinition()
    {
        using var scope = NewDisposeScope();
        var (right, link) = (tensor(new double[] { 1, 2, 3 }), tensor(new double[] { 10, 100 }));
        var (fromStart, fromEnd) = (right.clone(), right.clone());
        BlockBidiagonalSystem.SolveStepByStep([fromStart], [link], fromEnd: false);
        BlockBidiagonalSystem.SolveStepByStep([fromEnd], [link], fromEnd: true);
        CollectionAssert.AreEqual(new double[] { 1, 12, 1203 }, fromStart.data<double>().ToArray());
        CollectionAssert.AreEqual(new double[] { 3021, 302, 3 }, fromEnd.data<double>().ToArray());
    }

    [TestMethod]
    public void Transpose_ExchangesRowsAndColumns()
    {
        using var scope = NewDisposeScope();
        var blocks = Enumerable.Range(0, 9).Select(i => tensor(i)).ToArray();
        CollectionAssert.AreEqual(
            new[] { 0, 3, 6, 1, 4, 7, 2, 5, 8 }, BlockBidiagonalSystem.Transpose(blocks).Select(block => block.Item<int>()).ToArray());
    }

    private static Tensor Signs(long steps) =>
        randn([steps, Batch, Channels], ScalarType.Float64, generator: new Generator(2)).sign();

    private static void AssertSolves(int states, Func<long, Tensor[]> links)
    {
        foreach (long steps in new[] { 1, 2, 3, 4, 5, 63, 64, 65, 4099 })
        {
            foreach (var fromEnd in new[] { false, true })
            {
                using var scope = NewDisposeScope();
                var right = Enumerable.Range(0, states)
                    .Select(state => randn([steps, Batch, Channels], ScalarType.Float64, generator: new Generator((ulong)state))).ToArray();
                var expected = right.Select(tensor => tensor.clone()).ToArray();
                BlockBidiagonalSystem.SolveStepByStep(expected, links(steps - 1), fromEnd);
                BlockBidiagonalSystem.Solve(right, links(steps - 1), fromEnd);
                for (var state = 0; state < states; state++)
                {
                    var error = (expected[state] - right[state]).abs().max().Item<double>();
                    Assert.IsTrue(error < 1e-10, $"{steps} steps, from the end {fromEnd}: {error}");
                }
            }
        }
    }
}
