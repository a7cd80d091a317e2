using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

public enum MulticlassClassificationMetric
{
    MicroAccuracy,
    MacroAccuracy,
    LogLoss,
    LogLossReduction,
    TopKAccuracy,
}

public class TrialSettings
{
    public int TrialId { get; set; }

    public Parameter Parameter { get; set; } = Parameter.CreateNestedParameter();
}

public class TrialResult
{
    public required TrialSettings TrialSettings { get; set; }

    public required ITransformer Model { get; set; }

    public double Loss { get; set; }

    public double Metric { get; set; }

    public double DurationInMilliseconds { get; set; }
}

public interface ITrialRunner : IDisposable
{
    Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct);
}

/// <summary>An experiment of one trial, whose parameter is given.</summary>
public class AutoMLExperiment(MLContext context, AutoMLExperiment.AutoMLExperimentSettings settings)
{
    private ITrialRunner? _runner;

    /// <summary>What a tuner would propose.</summary>
    internal Parameter Proposal { get; set; } = Parameter.CreateNestedParameter();

    public AutoMLExperiment SetTrainingTimeInSeconds(uint trainingTimeInSeconds)
    {
        settings.MaxExperimentTimeInSeconds = trainingTimeInSeconds;
        return this;
    }

    public AutoMLExperiment SetMaxModelToExplore(int maxModel)
    {
        context.CheckCount(maxModel);
        return this;
    }

    public AutoMLExperiment SetTrialRunner<TTrialRunner>(TTrialRunner runner)
        where TTrialRunner : class, ITrialRunner
    {
        _runner = runner;
        return this;
    }

    public TrialResult Run()
    {
        using var runner = _runner ?? throw new InvalidOperationException("The stub runs what SetTrialRunner was given.");
        return runner.RunAsync(new TrialSettings { Parameter = Proposal }, default).Result;
    }

    public class AutoMLExperimentSettings
    {
        public uint MaxExperimentTimeInSeconds { get; set; } = 24 * 60 * 60;
    }
}

public static class AutoMLExperimentExtension
{
    public static AutoMLExperiment SetPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline) =>
        pipeline.Estimators.Count > 0 ? experiment : throw new ArgumentException("The pipeline is empty.", nameof(pipeline));

    public static AutoMLExperiment SetDataset(
        this AutoMLExperiment experiment, IDataView train, IDataView validation, bool subSamplingTrainDataset = false) => experiment;

    public static AutoMLExperiment SetMulticlassClassificationMetric(
        this AutoMLExperiment experiment, MulticlassClassificationMetric metric, string labelColumn = "label",
        string predictedColumn = "PredictedLabel") => experiment;

    internal static void CheckCount(this MLContext context, int count)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
    }
}
