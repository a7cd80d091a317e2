using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Images and sentences as vectors of pretrained networks: what a user can match today by ridge regression, beside our trainer.</summary>
internal sealed class PretrainedPairs
{
    private readonly PretrainedRow[] _rows;

    private PretrainedPairs(PretrainedRow[] rows) => _rows = rows;

    /// <summary>The vectors of rows with images of <see cref="ResNet18Features.Side"/>.</summary>
    public static PretrainedPairs Of(PictureRow[] rows)
    {
        using var images = new ResNet18Features();
        using var encoder = TextEncoder.Load(MiniLm.Folder);
        var texts = encoder.Encode([.. rows.Select(row => row.Text)]);
        return new([.. rows.Select((row, index) => new PretrainedRow { Image = images.Of(row.Image), Text = texts[index] })]);
    }

    /// <summary>Ridge regression from the image's vector to the sentence's; leave-one-out chooses the penalty.</summary>
    /// <param name="order">The rows, those of the test first.</param>
    /// <param name="test">The number of test rows.</param>
    /// <param name="isCentred">Whether cosines are of vectors less the mean of those of the training sentences.</param>
    public (ImageTextMetrics Metrics, double Seconds) Ridge(int[] order, int test, bool isCentred)
    {
        PretrainedRow[] drawn = [.. order.Select(index => _rows[index])];
        var clock = Stopwatch.StartNew();
        var predicted = RidgePeer.Predict(
            [.. drawn[test..].Select(row => row.Image)], [.. drawn[test..].Select(row => row.Text)], [.. drawn[..test].Select(row => row.Image)]);
        var seconds = clock.Elapsed.TotalSeconds;
        float[] mean = [.. Enumerable.Range(0, drawn[0].Text.Length).Select(i => isCentred ? drawn[test..].Average(row => row.Text[i]) : 0)];
        var found = drawn[..test].Zip(predicted, (row, vector) => new PretrainedRow { Image = Less(vector), Text = Less(row.Text) });
        var ml = new MLContext(1);
        return (ml.Ranking.EvaluateImageText(
            View(ml, found), imageEmbeddingColumnName: nameof(PretrainedRow.Image), textEmbeddingColumnName: nameof(PretrainedRow.Text)), seconds);

        float[] Less(float[] vector) => [.. vector.Zip(mean, (value, middle) => value - middle)];
    }

    /// <summary>Our trainer on the same vectors.</summary>
    /// <param name="order">The rows, those of the test first.</param>
    /// <param name="test">The number of test rows.</param>
    /// <param name="seed">The seed of the fit.</param>
    /// <param name="baseWeight">The share of the base.</param>
    public (ImageTextMetrics Metrics, double Seconds) Fit(int[] order, int test, int seed, double baseWeight)
    {
        var ml = new MLContext(seed);
        PretrainedRow[] drawn = [.. order.Select(index => _rows[index])];
        var options = new ImageTextMatchingOptions { BaseWeight = baseWeight };
        options.Training.Seed = seed;
        var clock = Stopwatch.StartNew();
        using var model = ml.Ranking.Trainers.ImageTextMatching(options).Fit(View(ml, drawn[test..]));
        var seconds = clock.Elapsed.TotalSeconds;
        return (ml.Ranking.EvaluateImageText(model.Transform(View(ml, drawn[..test]))), seconds);
    }

    private IDataView View(MLContext ml, IEnumerable<PretrainedRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(PretrainedRow));
        schema[nameof(PretrainedRow.Text)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, _rows[0].Text.Length);
        var all = rows.ToArray();
        schema[nameof(PretrainedRow.Image)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, all[0].Image.Length);
        return ml.Data.LoadFromEnumerable(all, schema);
    }

    private sealed class PretrainedRow
    {
        [VectorType]
        public float[] Image { get; set; } = [];

        [VectorType]
        public float[] Text { get; set; } = [];
    }
}
