using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The largest values of rows of unequal length.</summary>
internal static class TopValues
{
    private static readonly Scalar s_far = -1e30;
    private static readonly Scalar s_limit = -1e29;

    /// <summary>The k largest along the last dimension in descending order, 0 where a row has fewer.</summary>
    /// <param name="values">Any shape.</param>
    /// <param name="mask">1 for valid values, of a shape that broadcasts.</param>
    /// <param name="count">k.</param>
    public static Tensor Of(Tensor values, Tensor mask, int count)
    {
        var hidden = where(mask.gt(Torch.Numbers.Zero), values, full([1], s_far, values.dtype, values.device));
        if (hidden.shape[^1] < count)
        {
            var shape = hidden.shape;
            shape[^1] = count - shape[^1];
            hidden = cat([hidden, full(shape, s_far, hidden.dtype, hidden.device)], -1);
        }
        var top = hidden.topk(count, -1).values;
        return where(top.gt(s_limit), top, zeros(1, top.dtype, top.device));
    }
}
