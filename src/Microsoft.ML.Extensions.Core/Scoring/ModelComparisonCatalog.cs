using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML;

/// <summary>Compares a model with what pruning or quantization made of it.</summary>
public static class ModelComparisonCatalog
{
    /// <summary>Scores the same rows with two models, and measures what differs.</summary>
    /// <remarks>
    /// Times are those of this machine at this moment, of scoring all rows by a cursor, reading included: compare them with each other only, and run nothing
    /// beside. Quality is what evaluation says; scores may change much and labels little.
    /// </remarks>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="before">The first model: a network of this pack, or a chain whose last one is looked at.</param>
    /// <param name="after">The second model, with scores of the same type.</param>
    /// <param name="data">Rows that both models read.</param>
    /// <param name="runs">How often each model is timed, 1 to 1,000. The default is 5.</param>
    /// <exception cref="ArgumentException">A model has no network of this pack, or their scores differ in type.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="runs"/> is out of range, or a column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="ObjectDisposedException">A model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// var model = ml.MulticlassClassification.Trainers.Recurrent().Fit(data);
    /// var rounded = ml.Model.Quantize(model);
    /// Console.WriteLine(ml.Model.CompareScores(model, rounded, data));
    /// ]]></code></example>
    /// <seealso href="../docs/Sparsity.html">docs/Sparsity.md</seealso>
    public static ModelComparison CompareScores(
        this ModelOperationsCatalog catalog, ITransformer before, ITransformer after, IDataView data, int runs = 5)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(runs, 1000);
        var (first, second) = (Score(before, data, nameof(before)), Score(after, data, nameof(after)));
        if (!first.Type.Equals(second.Type))
        {
            throw new ArgumentException($"The models' scores cannot be compared: they are {first.Type} and {second.Type}.", nameof(after));
        }
        var (rows, numbers, squares, largest) = (0L, 0L, 0.0, 0.0);
        foreach (var (one, other) in first.Scores().Zip(second.Scores()))
        {
            rows++;
            foreach (var (value, changed) in one.Zip(other))
            {
                var difference = Math.Abs((double)value - changed);
                (numbers, squares, largest) = (numbers + 1, squares + (difference * difference), Math.Max(largest, difference));
            }
        }
        if (rows == 0)
        {
            throw new InvalidOperationException("There are no rows to compare the models on.");
        }
        var labels = first.Labels() is { } known && second.Labels() is { } others
            ? known.Zip(others).Count(pair => !Equals(pair.First, pair.Second)) / (double)rows : (double?)null;
        var times = new List<(double Before, double After)>();
        for (var run = 0; run < runs; run++)
        {
            times.Add((Milliseconds(first), Milliseconds(second)));
        }
        return new ModelComparison(
            rows, Math.Sqrt(squares / numbers), largest, labels, Bytes(catalog, before, data), Bytes(catalog, after, data),
            Median(times.Select(time => time.Before)), Median(times.Select(time => time.After)));
    }

    private static ScoredRows Score(ITransformer model, IDataView data, string parameter)
    {
        var network = model as NetworkTransformer ?? model.Parts().OfType<NetworkTransformer>().LastOrDefault()
            ?? throw new ArgumentException("The model has no network of Microsoft.ML.Extensions in it, so its scores cannot be compared.", parameter);
        return new ScoredRows(model.Transform(data), network.Outputs.Score, network.Outputs.PredictedLabel);
    }

    private static double Milliseconds(ScoredRows rows)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var _ in rows.Scores())
        {
        }
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static long Bytes(ModelOperationsCatalog catalog, ITransformer model, IDataView data)
    {
        using var file = new MemoryStream();
        catalog.Save(model, data.Schema, file);
        return file.Length;
    }

    private sealed record ScoredRows(IDataView View, string Score, string Label)
    {
        public DataViewType Type => View.Schema[Score].Type;

        public IEnumerable<float[]> Scores() => Type is VectorDataViewType ? View.GetColumn<float[]>(Score)
            : View.GetColumn<float>(Score).Select(score => new[] { score });

        public IEnumerable<object>? Labels() => View.Schema.GetColumnOrNull(Label)?.Type switch
        {
            KeyDataViewType => View.GetColumn<uint>(Label).Cast<object>(),
            BooleanDataViewType => View.GetColumn<bool>(Label).Cast<object>(),
            _ => null,
        };
    }
}
