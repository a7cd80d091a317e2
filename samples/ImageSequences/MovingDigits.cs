namespace Microsoft.ML.Extensions.Samples;

/// <summary>
/// Clips of a digit, 0 to 3, in noise. It moves two pixels per frame and wraps around the edges. A single frame does not show the
/// direction.
/// </summary>
public static class MovingDigits
{
    /// <summary>The number of frames of a clip.</summary>
    public const int Frames = 8;

    /// <summary>The height and width of a frame.</summary>
    public const int Side = 16;

    private const int GlyphWidth = 5, GlyphHeight = 7;
    private const double Noise = 0.1;

    // Rows of five pixels, one bit each.
    private static readonly int[][] Glyphs =
    [
        [14, 17, 19, 21, 25, 17, 14], [4, 12, 4, 4, 4, 4, 14], [14, 17, 1, 2, 4, 8, 31], [31, 2, 4, 2, 1, 17, 14],
    ];

    private static readonly (string Name, int X, int Y)[] Directions = [("left", -2, 0), ("right", 2, 0), ("up", 0, -2), ("down", 0, 2)];

    /// <summary>Rows with <c>Label</c> and <c>Features</c>; digits and directions alternate.</summary>
    public static IDataView Load(MLContext ml, int rows, int seed)
    {
        var random = new Random(seed);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows)
            .Select(row => Draw(row % Directions.Length, row / Directions.Length % Glyphs.Length, random)).ToList());
    }

    private static Clip Draw(int direction, int digit, Random random)
    {
        var (name, dx, dy) = Directions[direction];
        var (x, y) = (random.Next(Side), random.Next(Side));
        var frames = new float[Frames * Side * Side];
        for (var frame = 0; frame < Frames; frame++)
        {
            Draw(frames.AsSpan(frame * Side * Side, Side * Side), Glyphs[digit], x + (frame * dx) + (Frames * Side), y + (frame * dy)
                + (Frames * Side));
        }
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] += (float)(Noise * (random.NextDouble() - 0.5));
        }
        return new Clip { Label = name, Features = frames };
    }

    private static void Draw(Span<float> frame, int[] glyph, int left, int top)
    {
        for (var y = 0; y < GlyphHeight; y++)
        {
            for (var x = 0; x < GlyphWidth; x++)
            {
                frame[((top + y) % Side * Side) + ((left + x) % Side)] = (glyph[y] >> (GlyphWidth - 1 - x)) & 1;
            }
        }
    }
}
