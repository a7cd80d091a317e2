namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The state after each row's last step.</summary>
internal static unsafe class ScanEnds
{
    /// <summary>
    /// Copies it from <paramref name="states"/>, [S, B, T, H], or for an empty row from s_0, to <paramref name="last"/>, [S, B, H].
    /// </summary>
    public static void CopyLast(ScanShape shape, int stateCount, int* lengths, float* initial, float* states, float* last)
    {
        for (var line = 0; line < stateCount * shape.Batch; line++)
        {
            var length = lengths is null ? shape.Steps : lengths[line % shape.Batch];
            var step = ((nint)line * shape.Steps) + (shape.Reverse ? 0 : length - 1);
            var source = length == 0 ? initial + ((nint)line * shape.Channels) : states + (step * shape.Channels);
            new Span<float>(source, shape.Channels).CopyTo(new(last + ((nint)line * shape.Channels), shape.Channels));
        }
    }
}
