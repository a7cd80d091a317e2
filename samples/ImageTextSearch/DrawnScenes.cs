using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>
/// Images of two shapes, one beside or above the other, with sentences of a grammar: <c>a small red circle above a large blue square</c>.
/// Files of a folder of their own, which lives as long as this object.
/// </summary>
internal sealed class DrawnScenes : IDisposable
{
    /// <summary>The height and width of an image.</summary>
    public const int Side = 32;

    private static readonly (string Name, byte Red, byte Green, byte Blue)[] s_colors =
        [("red", 220, 40, 40), ("green", 40, 160, 60), ("blue", 40, 70, 220), ("yellow", 230, 210, 40), ("black", 20, 20, 20)];

    private static readonly string[] s_shapes = ["circle", "square", "triangle"];
    private static readonly string[] s_relations = ["above", "below", "left of", "right of"];

    private readonly string _folder = Directory.CreateTempSubdirectory("scenes-").FullName;

    /// <summary>Draws scenes, each with its own sentence.</summary>
    public IReadOnlyList<Pair> Draw(int count, int seed)
    {
        var random = new Random(seed);
        var pairs = new Dictionary<string, Pair>();
        while (pairs.Count < count)
        {
            var (one, other) = (Shape(random), Shape(random));
            var relation = random.Next(s_relations.Length);
            var text = $"a {one} {s_relations[relation]} a {other}";
            var path = Path.Combine(_folder, FormattableString.Invariant($"{pairs.Count}.png"));
            if (pairs.TryAdd(text, new() { Image = path, Text = text }))
            {
                Save(path, one, other, relation, random);
            }
        }
        return [.. pairs.Values];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Figure Shape(Random random) => new(random.Next(2) == 0, random.Next(s_colors.Length), random.Next(s_shapes.Length));

    private static void Save(string path, Figure one, Figure other, int relation, Random random)
    {
        var pixels = new byte[Side * Side * 4];
        Array.Fill(pixels, byte.MaxValue);
        var (across, sign) = (relation >= 2, relation % 2 == 0 ? -1 : 1);
        foreach (var (figure, side) in new[] { (one, sign), (other, -sign) })
        {
            var (place, shift) = ((Side / 2) + (side * 7) + random.Next(-1, 2), (Side / 2) + random.Next(-3, 4));
            figure.Paint(pixels, across ? place : shift, across ? shift : place);
        }
        using var image = MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Rgba32, pixels);
        image.Save(path);
    }

    private sealed record Figure(bool IsLarge, int Color, int Shape)
    {
        public override string ToString() => $"{(IsLarge ? "large" : "small")} {s_colors[Color].Name} {s_shapes[Shape]}";

        public void Paint(byte[] pixels, int x, int y)
        {
            var radius = IsLarge ? 7 : 4;
            for (var down = -radius; down <= radius; down++)
            {
                for (var right = -radius; right <= radius; right++)
                {
                    if (Covers(right, down, radius))
                    {
                        var place = 4 * (((y + down) * Side) + x + right);
                        (pixels[place], pixels[place + 1], pixels[place + 2]) = (s_colors[Color].Red, s_colors[Color].Green, s_colors[Color].Blue);
                    }
                }
            }
        }

        private bool Covers(int right, int down, int radius) => Shape switch
        {
            0 => (right * right) + (down * down) <= radius * radius,
            1 => true,
            _ => 2 * Math.Abs(right) <= down + radius,
        };
    }
}
