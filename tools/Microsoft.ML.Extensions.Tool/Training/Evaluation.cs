using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>How good a model is on rows.</summary>
/// <param name="Metrics">The metrics by name, the one that models are chosen by first.</param>
/// <param name="HigherIsBetter">Whether a larger first metric is better.</param>
/// <param name="Confusion">For classes: how many rows of each (first index) were predicted to be of each.</param>
/// <param name="Classes">The classes, in the order of the confusion.</param>
internal sealed record Evaluation(
    IReadOnlyList<KeyValuePair<string, double>> Metrics, bool HigherIsBetter, IReadOnlyList<IReadOnlyList<double>> Confusion, IReadOnlyList<string> Classes)
{
    /// <summary>The metric that models are chosen by.</summary>
    public KeyValuePair<string, double> Primary => Metrics[0];

    /// <summary>Whether this is better than another, or there is no other.</summary>
    public bool IsBetterThan(Evaluation? other) => other is null
        || (HigherIsBetter ? Primary.Value > other.Primary.Value : Primary.Value < other.Primary.Value);

    /// <summary>Evaluates a model.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="task">What it predicts.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">Rows with a label.</param>
    /// <param name="naive">For forecasts: the errors on training rows that the scaled error is relative to.</param>
    /// <exception cref="UsageException">There are no rows, or their metrics are no numbers.</exception>
    public static Evaluation Of(MLContext ml, TaskName task, ITransformer model, DataSet data, double[]? naive = null)
    {
        if (data.Rows == 0)
        {
            throw new UsageException($"{data.Path} has no row with a label to evaluate on.");
        }
        var scored = model.Transform(data.View);
        var found = task switch
        {
            TaskName.Classification => OfClasses(ml, scored, data),
            TaskName.Regression => OfNumbers(ml, scored, data),
            TaskName.Ranking => OfRanking(ml, scored, data),
            _ => OfForecasts(ml, scored, naive),
        };
        return double.IsFinite(found.Primary.Value) ? found
            : throw new UsageException($"{found.Primary.Key} of {data.Path} is {found.Primary.Value}: {data.Rows} rows are too few, or their labels do not differ.");
    }

    private static Evaluation OfClasses(MLContext ml, IDataView scored, DataSet data)
    {
        var known = KnownClasses(scored.Schema["Score"]);
        var labels = RowLabels.Of(data.View, data.Label!);
        if (labels.FirstOrDefault(label => !known.Contains(label)) is { } unknown)
        {
            throw new UsageException($"{data.Path}: {labels.Count(label => !known.Contains(label))} rows have a class that the model has not learned, "
                + $"first '{unknown}'; it knows {string.Join(", ", known.Take(20))}. Leave those rows out, or train with them.");
        }
        var metrics = ml.MulticlassClassification.Evaluate(scored, data.Label!);
        return new Evaluation(
            [new("accuracy", metrics.MicroAccuracy), new("macro_accuracy", metrics.MacroAccuracy), new("log_loss", metrics.LogLoss)], true,
            metrics.ConfusionMatrix.Counts, known);
    }

    private static Evaluation OfNumbers(MLContext ml, IDataView scored, DataSet data)
    {
        var metrics = ml.Regression.Evaluate(scored, data.Label!);
        return new Evaluation(
            [new("rmse", metrics.RootMeanSquaredError), new("mae", metrics.MeanAbsoluteError), new("r_squared", metrics.RSquared)], false, [], []);
    }

    private static Evaluation OfRanking(MLContext ml, IDataView scored, DataSet data)
    {
        var metrics = ml.Ranking.Evaluate(scored, new RankingEvaluatorOptions { DcgTruncationLevel = 10 }, data.Label!, data.Group!);
        var gains = metrics.NormalizedDiscountedCumulativeGains;
        return new Evaluation([new("ndcg_at_10", gains[9]), new("ndcg_at_3", gains[2]), new("ndcg_at_1", gains[0])], true, [], []);
    }

    private static Evaluation OfForecasts(MLContext ml, IDataView scored, double[]? naive)
    {
        var metrics = ml.Forecasting.Evaluate(
            scored, naive is null ? new Sequence.ForecastEvaluationOptions() : new Sequence.ForecastEvaluationOptions { NaiveErrors = naive });
        var found = new List<KeyValuePair<string, double>> { new("mae", metrics.MeanAbsoluteError), new("rmse", metrics.RootMeanSquaredError) };
        if (metrics.MeanAbsoluteScaledError is { } scaled)
        {
            found.Add(new("mase", scaled));
        }
        return new Evaluation(found, false, [], []);
    }

    /// <summary>The classes of a score, in its order.</summary>
    public static IReadOnlyList<string> KnownClasses(DataViewSchema.Column score)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.Annotations.GetValue("SlotNames", ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
