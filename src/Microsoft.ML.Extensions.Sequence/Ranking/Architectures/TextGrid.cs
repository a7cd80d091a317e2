using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Pads values of a batch of texts to the fixed size that a dense layer needs.</summary>
internal static class TextGrid
{
    /// <summary>Pads a dimension with zeros to a size.</summary>
    public static Tensor Fill(Tensor values, int dimension, long size)
    {
        if (values.shape[dimension] == size)
        {
            return values;
        }
        var shape = values.shape;
        shape[dimension] = size - shape[dimension];
        return cat([values, zeros(shape, values.dtype, values.device)], dimension);
    }

    /// <summary>Pads a dimension with zeros to the next multiple.</summary>
    public static Tensor FillUp(Tensor values, int dimension, long multiple) =>
        Fill(values, dimension, Up(values.shape[dimension], multiple) * multiple);

    /// <summary>The quotient, rounded up.</summary>
    public static long Up(long size, long parts) => (size + parts - 1) / parts;
}
