using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Training rows and rows to predict.</summary>
/// <param name="Set">The set they are of.</param>
/// <param name="Train">The training rows.</param>
/// <param name="Held">The rows to predict.</param>
/// <param name="Seed">The seed of everything random.</param>
internal sealed record SeriesTask(SeriesSet Set, SeriesRow[] Train, SeriesRow[] Held, int Seed)
{
    private const string Label = "Label";

    public MLContext ML { get; } = new(Seed);

    /// <summary>Accuracy, or for regression the negative root mean squared error, of a trainer of sequences <c>[T, C]</c>.</summary>
    public double OfSequences(Func<SeriesTask, IEstimator<ITransformer>> trainer) =>
        Score(trainer(this), row => row.Features, [0, Set.Channels]);

    /// <summary>The same for a trainer of vectors: the concatenated steps, padded with zeros after the end of shorter rows.</summary>
    public double OfVectors(Func<SeriesTask, IEstimator<ITransformer>> trainer)
    {
        var width = Train.Max(row => row.Features.Length);
        return Score(trainer(this), row => Padded(row.Features, width), [width]);
    }

    /// <summary>The same for the nearest row by Euclidean distance of standardised values.</summary>
    public double OfNearest()
    {
        var width = Train.Max(row => row.Features.Length);
        var found = NearestNeighbors.Predict(
            [.. Train.Select(row => Padded(row.Features, width))], [.. Train.Select((_, index) => $"{index}")],
                [.. Held.Select(row => Padded(row.Features, width))], 1)
            .Select(index => Train[int.Parse(index, CultureInfo.InvariantCulture)]);
        return Score([.. found.Select(row => row.Class)], [.. found.Select(row => row.Target)]);
    }

    /// <summary>The same for ridge regression on the values.</summary>
    public double OfRidge()
    {
        var found = RidgePeer.Predict(
            [.. Train.Select(row => row.Features)],
                [.. Train.Select(row => Set.IsRegression ? row.Target.ToString("R", CultureInfo.InvariantCulture) : row.Class)],
            [.. Held.Select(row => row.Features)], Set.IsRegression);
        return Set.IsRegression ? Score([], [.. found.Select(text => float.Parse(text, CultureInfo.InvariantCulture))]) : Score(found, []);
    }

    /// <summary>The same for the most frequent class, or the mean.</summary>
    public double OfConstant()
    {
        var (most, mean) = (Train.CountBy(row => row.Class).MaxBy(pair => pair.Value).Key, Train.Average(row => row.Target));
        return Score([.. Held.Select(_ => most)], [.. Held.Select(_ => mean)]);
    }

    private double Score(IEstimator<ITransformer> trainer, Func<SeriesRow, float[]> features, int[] shape)
    {
        var schema = SchemaDefinition.Create(typeof(SeriesRow));
        schema[nameof(SeriesRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, shape);
        schema[Set.IsRegression ? nameof(SeriesRow.Target) : nameof(SeriesRow.Class)].ColumnName = Label;
        IDataView View(SeriesRow[] rows) => ML.Data.LoadFromEnumerable(
            rows.Select(row => new SeriesRow { Features = features(row), Class = row.Class, Target = row.Target }).ToArray(), schema);
        var pipeline = Set.IsRegression ? trainer
            : ML.Transforms.Conversion.MapValueToKey(Label).Append(trainer)
                .Append(ML.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var model = (IDisposable)pipeline.Fit(View(Train));
        var scored = ((ITransformer)model).Transform(View(Held));
        return Set.IsRegression ? Score([], [.. scored.GetColumn<float>("Score")])
            : Score([.. scored.GetColumn<string>("PredictedLabel")], []);
    }

    private double Score(string[] classes, float[] targets) => Set.IsRegression
        ? -Math.Sqrt(targets.Zip(Held, (answer, row) => Math.Pow(answer - row.Target, 2)).Average())
        : classes.Zip(Held, (answer, row) => answer == row.Class ? 1.0 : 0).Average();

    private static float[] Padded(float[] values, int width)
    {
        var padded = new float[width];
        values.AsSpan(0, Math.Min(width, values.Length)).CopyTo(padded);
        return padded;
    }
}
