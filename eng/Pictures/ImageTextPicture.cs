using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Pictures;

/// <summary>ImageTextMatching: images with sentences, how close each sentence is to each image, and how often the right one is first.</summary>
internal static class ImageTextPicture
{
    private const int Size = 16;

    private static readonly (string Name, float[] Rgb)[] s_colours = [("red", [1, 0.1f, 0.1f]), ("green", [0.1f, 0.8f, 0.1f]), ("blue", [0.2f, 0.2f, 1])];
    private static readonly (string Name, int X, int Y)[] s_places = [("left", 2, 5), ("right", 9, 5), ("top", 5, 2), ("bottom", 5, 9)];

    public static void Save(string path)
    {
        var ml = new MLContext(seed: 1);
        var model = ml.Ranking.Trainers.ImageTextMatching().Fit(ml.Data.LoadFromEnumerable(Photos(240, 1)));
        var photos = Photos(s_colours.Length * s_places.Length, 2);
        var scored = model.Transform(ml.Data.LoadFromEnumerable(photos));
        var images = scored.GetColumn<float[]>("ImageEmbedding").ToArray();
        var sentences = scored.GetColumn<float[]>("TextEmbedding").ToArray();
        var map = new double[photos.Length, photos.Length];
        for (var row = 0; row < photos.Length; row++)
        {
            for (var column = 0; column < photos.Length; column++)
            {
                map[row, column] = sentences[row].Zip(images[column], (a, b) => a * b).Sum();
            }
        }
        var firsts = Enumerable.Range(1, 4).Select(seed => Recall(ml, model, Photos(photos.Length, seed + 2))).Average();
        Panels.Save(path,
            plot =>
            {
                for (var at = 0; at < 4; at++)
                {
                    var photo = photos[at * 3];
                    var (left, top) = (at % 2 * 20, at / 2 * -22);
                    for (var pixel = 0; pixel < Size * Size; pixel++)
                    {
                        var square = plot.Add.Rectangle(left + (pixel % Size), left + (pixel % Size) + 1, top - (pixel / Size), top - (pixel / Size) - 1);
                        square.FillColor = new ScottPlot.Color(Level(photo, 0, pixel), Level(photo, 1, pixel), Level(photo, 2, pixel));
                        square.LineWidth = 0;
                    }
                    plot.Add.Text(photo.Text, left, top + 4).LabelFontSize = 11;
                }
                plot.Axes.SetLimits(-1, 38, -40, 5);
                plot.Bare("What it reads: images and sentences");
            },
            plot =>
            {
                plot.Map(map, -1, 1);
                plot.Name("What it learns: their cosine", "image", "");
                plot.Axes.Left.SetTicks(
                    [.. photos.Select((_, at) => photos.Length - 1.0 - at)], [.. photos.Select(photo => photo.Text.Replace("a ", "").Replace(" square at the ", " "))]);
                plot.Axes.Bottom.TickLabelStyle.IsVisible = false;
            },
            plot => plot.Results("Sentences whose image is first of 12", [("by chance", 1d / photos.Length), ("ImageTextMatching", firsts)]));
    }

    private static double Recall(MLContext ml, ITransformer model, Photo[] photos) =>
        ml.Ranking.EvaluateImageText(model.Transform(ml.Data.LoadFromEnumerable(photos))).ImageSearch.RecallAt1;

    private static byte Level(Photo photo, int colour, int pixel) => (byte)(255 * Math.Clamp(photo.Image[(colour * Size * Size) + pixel], 0, 1));

    private static Photo[] Photos(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(at =>
        {
            var (colour, place) = (s_colours[at % s_colours.Length], s_places[at / s_colours.Length % s_places.Length]);
            var (left, top) = (place.X + random.Next(-1, 2), place.Y + random.Next(-1, 2));
            var image = Enumerable.Range(0, 3 * Size * Size).Select(i =>
            {
                var (x, y) = (i % Size, i / Size % Size);
                var isSquare = x >= left && x < left + 5 && y >= top && y < top + 5;
                return (isSquare ? colour.Rgb[i / (Size * Size)] : 0.85f) + (0.1f * (random.NextSingle() - 0.5f));
            });
            return new Photo { Image = [.. image], Text = $"a {colour.Name} square at the {place.Name}" };
        })];
    }

    private sealed class Photo
    {
        [VectorType(3, Size, Size)]
        public float[] Image { get; set; } = [];

        public string Text { get; set; } = "";
    }
}
