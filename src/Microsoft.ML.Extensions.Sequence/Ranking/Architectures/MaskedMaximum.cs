using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The largest values of texts of unequal length.</summary>
internal static class MaskedMaximum
{
    private static readonly Scalar s_far = -1e30;

    /// <summary>The largest of values <c>[N, L, H]</c> over the terms of a mask <c>[N, L]</c>: <c>[N, H]</c>.</summary>
    public static Tensor OverTerms(Tensor values, Tensor mask) =>
        where(mask.unsqueeze(-1).gt(Torch.Numbers.Zero), values, full([1], s_far, values.dtype, values.device)).amax([1]);
}
