using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lssl;

/// <summary>Comparisons of tensors.</summary>
internal static class TensorAssert
{
    /// <summary>Every entry within the tolerance times the largest entry, or times one where all are smaller.</summary>
    public static void AreClose(Tensor expected, Tensor actual, double tolerance, string message = "")
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape, message);
        using var scope = NewDisposeScope();
        var (left, right) = (expected.detach().to(ScalarType.Float64), actual.detach().to(ScalarType.Float64));
        var error = (left - right).abs().max().Item<double>() / Math.Max(1, left.abs().max().Item<double>());
        Assert.IsTrue(error <= tolerance, $"{message} error {error}");
    }
}
