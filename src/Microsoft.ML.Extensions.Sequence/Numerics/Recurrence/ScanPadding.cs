namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>Clears the steps beyond each row's length.</summary>
internal static unsafe class ScanPadding
{
    /// <summary>Memory of the form [Outer, B, T, Step].</summary>
    internal readonly struct Target(float* start, int outer, int step)
    {
        public readonly float* Start = start;
        public readonly int Outer = outer;
        public readonly int Step = step;
    }

    public static void Clear(ScanShape shape, ScanTile tile, int* lengths, Target target)
    {
        if (lengths is null)
        {
            return;
        }
        for (var row = tile.Row; row < tile.RowEnd; row++)
        {
            for (var outer = 0; outer < target.Outer; outer++)
            {
                var first = ((((nint)outer * shape.Batch) + row) * shape.Steps) + lengths[row];
                new Span<float>(target.Start + (first * target.Step), (shape.Steps - lengths[row]) * target.Step).Clear();
            }
        }
    }
}
