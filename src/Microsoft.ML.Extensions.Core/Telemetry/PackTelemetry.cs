using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Microsoft.ML.Extensions.Telemetry;

/// <summary>The one meter and the one activity source of the pack; both are free of cost while nobody listens.</summary>
/// <remarks>
/// Names and units follow OpenTelemetry's semantic conventions: names in lower case with the meter's name before them, seconds, and units of counts in
/// braces. There is no counter of fits or of scored batches, since a histogram has its count.
/// </remarks>
internal static class PackTelemetry
{
    public const string Name = "Microsoft.ML.Extensions";

    /// <summary>The tag with the kind of network, such as <c>ParaRnn</c>.</summary>
    public const string NetworkTag = "ml.network";

    /// <summary>The tag with the task, such as <c>Multiclass</c>.</summary>
    public const string TaskTag = "ml.task";

    /// <summary>The tag of OpenTelemetry with the type of an exception; absent where there was none.</summary>
    public const string ErrorTag = "error.type";

    private const string Prefix = "microsoft.ml.extensions.";

    private static readonly string? s_version = typeof(PackTelemetry).Assembly.GetName().Version?.ToString(3);

    private static readonly Meter s_meter = new(Name, s_version);

    public static ActivitySource Activities { get; } = new(Name, s_version);

    public static Histogram<double> FitDuration { get; } =
        s_meter.CreateHistogram<double>(Prefix + "fit.duration", "s", "The time of a call of Fit, with the reading of its rows.");

    public static UpDownCounter<long> ActiveFits { get; } =
        s_meter.CreateUpDownCounter<long>(Prefix + "fit.active", "{fit}", "The calls of Fit that are running.");

    public static Counter<long> Epochs { get; } =
        s_meter.CreateCounter<long>(Prefix + "fit.epochs", "{epoch}", "The completed epochs of all networks.");

    public static Histogram<double> EpochDuration { get; } =
        s_meter.CreateHistogram<double>(Prefix + "fit.epoch.duration", "s", "The time of an epoch of a network, with its validation.");

    public static Counter<long> TrainedRows { get; } =
        s_meter.CreateCounter<long>(Prefix + "fit.rows", "{row}", "The rows that networks were trained on, each in every epoch.");

    public static Counter<long> ScoredRows { get; } =
        s_meter.CreateCounter<long>(Prefix + "score.rows", "{row}", "The rows that models have scored.");

    public static Histogram<double> ScoreDuration { get; } = s_meter.CreateHistogram<double>(
        Prefix + "score.duration", "s", "The time in which rows that were read together were scored; for a PredictionEngine one row.");

    public static bool WatchesFits => FitDuration.Enabled || ActiveFits.Enabled || Activities.HasListeners();

    public static bool WatchesScores => ScoredRows.Enabled || ScoreDuration.Enabled || Activities.HasListeners();
}
