using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Transforms.Text;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Image-text matching without a network: ridge regression from <see cref="PatchFeatures"/> to the words and runs of letters of a sentence, as
/// ML.NET's FeaturizeText counts them. What a user can have in seconds.
/// </summary>
internal static class PatchPairs
{
    // Of the mean diagonal of the kernel.
    private static readonly double[] s_penalties = [0.01, 0.03, 0.1, 0.3, 1];

    /// <summary>The metrics of the test rows, and the seconds of the whole.</summary>
    /// <param name="rows">The rows, those of the test first.</param>
    /// <param name="test">The number of test rows.</param>
    /// <param name="side">The side of the images.</param>
    /// <param name="seed">Draws the patches.</param>
    public static (ImageTextMetrics Metrics, double Seconds) Ridge(PictureRow[] rows, int test, int side, int seed)
    {
        var clock = Stopwatch.StartNew();
        var features = new PatchFeatures([.. rows[test..].Select(row => row.Image)], side, seed);
        var train = rows.Length - test;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        // Standardised by the training rows, in double precision from the kernels on.
        var images = tensor(rows.SelectMany(row => features.Of(row.Image)).ToArray(), rows.Length, PatchFeatures.Count);
        var (known, texts) = (images.narrow(0, test, train), Texts(rows, test));
        var deviation = known.std([0L], unbiased: false, keepdim: true).Plus(1e-3);
        images = (images - known.mean([0L], keepdim: true)) / deviation;
        known = images.narrow(0, test, train);
        var kernel = (images.matmul(known.t()) / tensor(new float[] { PatchFeatures.Count })).to_type(ScalarType.Float64);
        var learned = texts.narrow(0, test, train);
        var mean = learned.mean([0L], keepdim: true);
        var (centred, sentences) = (learned - mean, texts.narrow(0, 0, test) - mean);
        var inverse = s_penalties.Select(penalty => kernel.narrow(0, test, train).Plus(eye(train, dtype: ScalarType.Float64), penalty).inverse())
            .MinBy(candidate => LeftOut(candidate, centred))!;
        var found = kernel.narrow(0, 0, test).matmul(inverse).matmul(centred);
        float[][] predicted = [.. Rows(found)], wanted = [.. Rows(sentences)];
        var seconds = clock.Elapsed.TotalSeconds;
        var ml = new MLContext(1);
        var schema = SchemaDefinition.Create(typeof(Pair));
        schema[nameof(Pair.Image)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, wanted[0].Length);
        schema[nameof(Pair.Text)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, wanted[0].Length);
        var view = ml.Data.LoadFromEnumerable(predicted.Zip(wanted, (image, text) => new Pair { Image = image, Text = text }), schema);
        return (ml.Ranking.EvaluateImageText(view, imageEmbeddingColumnName: nameof(Pair.Image), textEmbeddingColumnName: nameof(Pair.Text)), seconds);
    }

    // The squared error of each training row by a regression without it.
    private static double LeftOut(Tensor inverse, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var errors = inverse.matmul(targets) / inverse.diagonal().unsqueeze(1);
        return errors.pow(tensor(new[] { 2.0 })).sum().data<double>()[0];
    }

    // Words, pairs of words and runs of four letters of the training sentences, weighted by their rarity, [N, V].
    private static Tensor Texts(PictureRow[] rows, int test)
    {
        var ml = new MLContext(1);
        var options = new TextFeaturizingEstimator.Options
        {
            WordFeatureExtractor = new WordBagEstimator.Options { NgramLength = 2, Weighting = NgramExtractingEstimator.WeightingCriteria.TfIdf },
            CharFeatureExtractor = new WordBagEstimator.Options { NgramLength = 4, Weighting = NgramExtractingEstimator.WeightingCriteria.TfIdf },
        };
        var featurizer = ml.Transforms.Text.FeaturizeText("Vector", options, nameof(Named.Text));
        var model = featurizer.Fit(Sentences(rows[test..]));
        float[][] vectors = [.. model.Transform(Sentences(rows)).GetColumn<float[]>("Vector")];
        return tensor(vectors.SelectMany(vector => vector).ToArray(), vectors.Length, vectors[0].Length).to_type(ScalarType.Float64);

        IDataView Sentences(PictureRow[] some) => ml.Data.LoadFromEnumerable(some.Select(row => new Named { Text = row.Text }));
    }

    private static IEnumerable<float[]> Rows(Tensor values) =>
        values.to_type(ScalarType.Float32).contiguous().data<float>().ToArray().Chunk((int)values.shape[1]);

    private sealed class Named
    {
        public string Text { get; set; } = "";
    }

    private sealed class Pair
    {
        [VectorType]
        public float[] Image { get; set; } = [];

        [VectorType]
        public float[] Text { get; set; } = [];
    }
}
