using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>Images of a square in one of four corners and five colours, with a sentence that says which.</summary>
internal static class ImageTextToy
{
    public const int Side = 12;
    public const int Kinds = 20;

    private static readonly (string Name, float[] Values)[] s_colors =
        [("red", [1, 0, 0]), ("green", [0, 1, 0]), ("blue", [0, 0, 1]), ("yellow", [1, 1, 0]), ("white", [1, 1, 1])];

    private static readonly string[] s_corners = ["top left", "top right", "bottom left", "bottom right"];

    /// <summary>Rows of all kinds in turn; each image has noise of its own.</summary>
    public static ImageTextToyRow[] Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index => Row(index % Kinds, random, index))];
    }

    public static string Sentence(int kind) => $"a {s_colors[kind / 4].Name} square at the {s_corners[kind % 4]}";

    /// <summary>The rows as a view of <c>Image [3, 12, 12]</c>, <c>Text</c>, <c>Features [6]</c> and <c>Words [6]</c>.</summary>
    public static IDataView Load(MLContext ml, IEnumerable<ImageTextToyRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(ImageTextToyRow));
        schema[nameof(ImageTextToyRow.Image)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, Side, Side);
        return ml.Data.LoadFromEnumerable(rows.ToArray(), schema);
    }

    public static ImageTextMatchingOptions Tiny(Action<ImageTextMatchingOptions>? change = null)
    {
        var options = new ImageTextMatchingOptions { HiddenSize = 16, EmbeddingSize = 8, Dropout = 0, BaseWeight = 0 };
        // libtorch's oneDNN with AVX-512 gives NaN gradients now and then where a convolution has fewer than 16 channels.
        (options.Image.ConvolutionChannels, options.Image.Distortion, options.Text.WordSize, options.Text.WordDropout) = (16, 0, 8, 0);
        (options.Image.Height, options.Image.Width) = (Side, Side);
        (options.Training.Epochs, options.Training.BatchSize, options.Training.LearningRate, options.Training.Seed) = (2, 8, 0.01, 1);
        change?.Invoke(options);
        return options;
    }

    public static NetworkTransformer Fit(MLContext ml, IDataView data, Action<ImageTextMatchingOptions>? change = null) =>
        ml.Ranking.Trainers.ImageTextMatching(Tiny(change)).Fit(data);

    public static ImageTextToyScore[] Scores(MLContext ml, ITransformer model, IDataView data) =>
        [.. ml.Data.CreateEnumerable<ImageTextToyScore>(model.Transform(data), reuseRowObject: false)];

    /// <summary>A picture of a row's image, four pixels for each.</summary>
    public static MLImage Picture(ImageTextToyRow row)
    {
        const int large = 2 * Side;
        var pixels = new byte[large * large * 4];
        for (var place = 0; place < large * large; place++)
        {
            var source = (place / large / 2 * Side) + (place % large / 2);
            for (var channel = 0; channel < 3; channel++)
            {
                pixels[(place * 4) + channel] = (byte)(255 * Math.Clamp(row.Image[(channel * Side * Side) + source], 0, 1));
            }
            pixels[(place * 4) + 3] = 255;
        }
        return MLImage.CreateFromPixels(large, large, MLPixelFormat.Rgba32, pixels);
    }

    private static ImageTextToyRow Row(int kind, Random random, int index)
    {
        var (color, corner) = (s_colors[kind / 4].Values, kind % 4);
        var image = new float[3 * Side * Side];
        for (var place = 0; place < image.Length; place++)
        {
            var (channel, y, x) = (place / (Side * Side), place / Side % Side, place % Side);
            var inside = y / (Side / 2) == corner / 2 && x / (Side / 2) == corner % 2;
            image[place] = (inside ? color[channel] : 0.3f) + (0.1f * random.NextSingle());
        }
        float[] features = [.. color.Select(value => value + (0.1f * random.NextSingle())), corner / 2, corner % 2, 1];
        return new()
        {
            Id = FormattableString.Invariant($"i{index}"),
            Image = image,
            Text = Sentence(kind),
            Features = features,
            Words = [.. color, corner / 2, corner % 2, 1],
        };
    }
}

internal sealed class ImageTextToyRow
{
    public string Id { get; set; } = "";

    [VectorType(3 * ImageTextToy.Side * ImageTextToy.Side)]
    public float[] Image { get; set; } = [];

    public string Text { get; set; } = "";

    [VectorType(6)]
    public float[] Features { get; set; } = [];

    [VectorType(6)]
    public float[] Words { get; set; } = [];

    public string Path { get; set; } = "";

    public float Weight { get; set; } = 1;

    public bool IsMatch { get; set; }
}

internal sealed class ImageTextToyScore
{
    [VectorType(8)]
    public float[] ImageEmbedding { get; set; } = [];

    [VectorType(8)]
    public float[] TextEmbedding { get; set; } = [];

    public float Score { get; set; }
}
