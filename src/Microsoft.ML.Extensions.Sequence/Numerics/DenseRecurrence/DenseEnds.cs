namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>The state after each row's last step.</summary>
internal static unsafe class DenseEnds
{
    /// <summary>
    /// Copies it from <paramref name="states"/>, [B, T, H], or for an empty row from the first, to <paramref name="last"/>, [B, H].
    /// </summary>
    public static void CopyLast(DenseShape shape, int* lengths, float* initial, float* states, float* last)
    {
        for (var row = 0; row < shape.Batch; row++)
        {
            var length = lengths is null ? shape.Steps : lengths[row];
            var step = ((nint)row * shape.Steps) + (shape.Reverse ? 0 : length - 1);
            var source = length == 0 ? initial + ((nint)row * shape.Channels) : states + (step * shape.Channels);
            new Span<float>(source, shape.Channels).CopyTo(new(last + ((nint)row * shape.Channels), shape.Channels));
        }
    }
}
