using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Aaren;

/// <summary>The laws of the operator on triples, on which the scan rests.</summary>
[TestClass]
public sealed class PrefixSumsTests
{
    private const int Sets = 200, Width = 3;

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(30.0)]
    [DataRow(1e4)]
    public void Combine_OfRandomTriples_IsAssociative(double deviation)
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (Draw(1, deviation), Draw(2, deviation), Draw(3, deviation));
        var left = PrefixSums.Combine(PrefixSums.Combine(a, b), c);
        var right = PrefixSums.Combine(a, PrefixSums.Combine(b, c));
        Tensors.AssertSameBits(left.Largest, right.Largest);
        Tensors.AssertClose(left.Sums, right.Sums, Tolerance.Double);
    }

    [TestMethod]
    public void Combine_WithTheEmptySetOnEitherSide_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        var (sets, empty) = (Draw(1, 1e4), PrefixSums.Empty(ScalarType.Float64, CPU, Sets, Width));
        foreach (var combined in new[] { PrefixSums.Combine(empty, sets), PrefixSums.Combine(sets, empty) })
        {
            Tensors.AssertSameBits(sets.Largest, combined.Largest);
            Tensors.AssertSameBits(sets.Sums, combined.Sums);
        }
    }

    [TestMethod]
    public void Combine_OfEmptySets_IsEmptyAndNotNaN()
    {
        using var scope = NewDisposeScope();
        var empty = PrefixSums.Empty(ScalarType.Float32, CPU, Sets, Width);
        var combined = PrefixSums.Combine(empty, empty);
        Tensors.AssertSameBits(empty.Largest, combined.Largest);
        Tensors.AssertSameBits(empty.Sums, combined.Sums);
    }

    [TestMethod]
    public void Mean_OfOneToken_IsItsValue()
    {
        using var scope = NewDisposeScope();
        var values = Tensors.Random(1, Sets, Width);
        Tensors.AssertSameBits(values, PrefixSums.Of(Tensors.Random(2, Sets).Scaled(1e4), values).Mean());
    }

    [TestMethod]
    public void Scan_InTwoPieces_EqualsOneScan()
    {
        using var scope = NewDisposeScope();
        var steps = PrefixSums.Of(
            Tensors.Random(1, 2, 37, 1).to(ScalarType.Float64), Tensors.Random(2, 2, 37, 1, Width).to(ScalarType.Float64));
        var (whole, first) = (steps.Scan(), steps.Narrow(0, 20).Scan());
        var second = PrefixSums.Join(first.Narrow(19, 1), steps.Narrow(20, 17)).Scan().Narrow(1, 17);
        Tensors.AssertClose(whole.Mean(), PrefixSums.Join(first, second).Mean(), Tolerance.Double);
    }

    // Sums of many tokens: any value, and a positive weight.
    private static PrefixSums Draw(ulong seed, double deviation) => new(
        Tensors.Random(seed, Sets, 1).to(ScalarType.Float64).Scaled(deviation),
        cat([Tensors.Random(seed + 10, Sets, Width), Tensors.Random(seed + 20, Sets, 1).exp()], 1).to(ScalarType.Float64));
}
