using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests;

/// <summary>Random tensors, and how far two tensors may lie apart.</summary>
internal static class Tensors
{
    public static Tensor Random(ulong seed, params long[] size) => randn(size, generator: new Generator(seed));

    /// <summary>
    /// Fails where an entry lies further from the expected one than the tolerance times the largest expected entry (at least one).
    /// </summary>
    public static void AssertClose(Tensor expected, Tensor actual, double tolerance, string what = "tensor")
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape, what);
        if (expected.numel() == 0)
        {
            return;
        }
        var (left, right) = (expected.to(ScalarType.Float64), actual.to(ScalarType.Float64));
        var error = (left - right).abs().max().Item<double>();
        var allowed = tolerance * Math.Max(1, left.abs().max().Item<double>());
        Assert.IsTrue(error <= allowed, $"{what}: error {error}, allowed {allowed}");
    }

    public static void AssertSameBits(Tensor expected, Tensor actual, string what = "tensor") =>
        Assert.IsTrue(expected.equal(actual).all().Item<bool>(), what);
}
