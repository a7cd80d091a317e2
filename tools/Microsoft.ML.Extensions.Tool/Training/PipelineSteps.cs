using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>A step of a pipeline, and the C# that creates the same.</summary>
/// <param name="Estimator">The step.</param>
/// <param name="Code">An expression of <c>ml</c>, the MLContext.</param>
internal sealed record PipelineStep(IEstimator<ITransformer> Estimator, string Code);

/// <summary>The steps from the columns of a file to a prediction.</summary>
internal static class PipelineSteps
{
    private const string Features = "Features";

    /// <summary>The steps for a data set and a trainer.</summary>
    public static IReadOnlyList<PipelineStep> Of(MLContext ml, DataSet data, TrainerPlan plan)
    {
        var steps = new List<PipelineStep>();
        var request = plan.Request;
        if (request.Task == TaskName.Forecasting)
        {
            steps.Add(new(ml.Transforms.SequenceTransforms().ForecastWindow([request.Label], request.History, request.Horizon),
                $"ml.Transforms.SequenceTransforms().ForecastWindow([{CSharp.Text(request.Label)}], {request.History}, {request.Horizon})"));
        }
        else if (!data.IsSeries)
        {
            steps.AddRange(OfTable(ml, data));
        }
        if (request.Task == TaskName.Classification)
        {
            steps.Add(new(ml.Transforms.Conversion.MapValueToKey(request.Label), $"ml.Transforms.Conversion.MapValueToKey({CSharp.Text(request.Label)})"));
        }
        if (request.Task == TaskName.Ranking)
        {
            steps.Add(new(ml.Transforms.Conversion.MapValueToKey(request.Group!), $"ml.Transforms.Conversion.MapValueToKey({CSharp.Text(request.Group!)})"));
        }
        steps.Add(new(plan.Entry.Creators[request.Task](ml, plan), TrainerCode.Of(plan)));
        if (request.Task == TaskName.Classification)
        {
            steps.Add(new(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"), "ml.Transforms.Conversion.MapKeyToValue(\"PredictedLabel\")"));
        }
        return steps;
    }

    /// <summary>One estimator of several steps.</summary>
    public static IEstimator<ITransformer> Chain(IEnumerable<PipelineStep> steps) =>
        steps.Aggregate(new EstimatorChain<ITransformer>(), (chain, step) => chain.Append(step.Estimator));

    private static IEnumerable<PipelineStep> OfTable(MLContext ml, DataSet data)
    {
        foreach (var column in data.Features.Where(column => column.IsText))
        {
            yield return column.Kind == ColumnKind.Category
                ? new(ml.Transforms.Categorical.OneHotEncoding(column.Name), $"ml.Transforms.Categorical.OneHotEncoding({CSharp.Text(column.Name)})")
                : new(ml.Transforms.Text.FeaturizeText(column.Name), $"ml.Transforms.Text.FeaturizeText({CSharp.Text(column.Name)})");
        }
        string[] names = [.. data.Features.Select(column => column.Name)];
        yield return new(ml.Transforms.Concatenate(Features, names),
            $"ml.Transforms.Concatenate(\"{Features}\", {string.Join(", ", names.Select(CSharp.Text))})");
        yield return new(
            ml.Transforms.ReplaceMissingValues(Features, replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean),
            $"ml.Transforms.ReplaceMissingValues(\"{Features}\", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean)");
    }
}
