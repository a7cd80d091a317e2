using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Clips of a digit that moves one pixel a frame and comes in again on the other side, in noise. Single frames do not tell where it moves.</summary>
public static class MovingDigits
{
    private const int Frames = 12, Side = 16, GlyphWidth = 5, GlyphHeight = 7;
    private const double Noise = 0.1;

    // Rows of five pixels, a bit each.
    private static readonly int[][] Glyphs =
    [
        [14, 17, 19, 21, 25, 17, 14], [4, 12, 4, 4, 4, 4, 14], [14, 17, 1, 2, 4, 8, 31], [31, 2, 4, 2, 1, 17, 14], [2, 6, 10, 18, 31, 2, 2],
        [31, 16, 30, 1, 1, 17, 14], [6, 8, 16, 30, 17, 17, 14], [31, 1, 2, 4, 8, 8, 8], [14, 17, 17, 14, 17, 17, 14], [14, 17, 17, 15, 1, 2, 12],
    ];

    private static readonly string[] Names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    private static readonly (string Name, string Sentence, int X, int Y)[] Directions =
        [("left", "moves to the left", -1, 0), ("right", "moves to the right", 1, 0), ("up", "rises", 0, -1), ("down", "falls", 0, 1)];

    /// <summary>Rows with <c>Label</c>, <c>Sentence</c> and <c>Features</c>; digits and directions take turns.</summary>
    public static IDataView Load(MLContext ml, int rows, int seed)
    {
        var random = new Random(seed);
        var clips = Enumerable.Range(0, rows).Select(row => Draw(row % Directions.Length, row / Directions.Length % Glyphs.Length, random)).ToList();
        var columns = SchemaDefinition.Create(typeof(Clip));
        columns["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Frames, 1, Side, Side);
        return ml.Data.LoadFromEnumerable(clips, columns);
    }

    private static Clip Draw(int direction, int digit, Random random)
    {
        var (name, sentence, dx, dy) = Directions[direction];
        var (x, y) = (random.Next(Side), random.Next(Side));
        var frames = new float[Frames * Side * Side];
        for (var frame = 0; frame < Frames; frame++)
        {
            Draw(frames.AsSpan(frame * Side * Side, Side * Side), Glyphs[digit], x + (frame * dx) + Side, y + (frame * dy) + Side);
        }
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] += (float)(Noise * (random.NextDouble() - 0.5));
        }
        return new Clip { Label = name, Sentence = $"the {Names[digit]} {sentence}", Features = frames };
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
