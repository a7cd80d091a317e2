using System.Diagnostics;
using Microsoft.ML.Extensions.Telemetry;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Measures a fit, and tells of its epochs.</summary>
internal static class FitTelemetry
{
    /// <summary>Runs a fit as an activity <c>fit</c>, and records its duration.</summary>
    /// <param name="network">The kind of network.</param>
    /// <param name="task">The task.</param>
    /// <param name="fit">The fit.</param>
    public static T Measure<T>(string network, string task, Func<T> fit)
    {
        if (!PackTelemetry.WatchesFits)
        {
            return fit();
        }
        var tags = new TagList { { PackTelemetry.NetworkTag, network }, { PackTelemetry.TaskTag, task } };
        using var activity = PackTelemetry.Activities.StartActivity($"fit {network}", ActivityKind.Internal, parentContext: default, tags);
        PackTelemetry.ActiveFits.Add(1, tags);
        var start = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            return fit();
        }
        catch (Exception e)
        {
            error = e.GetType().FullName!;
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            activity?.SetTag(PackTelemetry.ErrorTag, error);
            throw;
        }
        finally
        {
            PackTelemetry.ActiveFits.Add(-1, tags);
            if (error is not null)
            {
                tags.Add(PackTelemetry.ErrorTag, error);
            }
            PackTelemetry.FitDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
        }
    }

    /// <summary>Counts an epoch, and adds it to the activity of the fit.</summary>
    /// <param name="network">The kind of network.</param>
    /// <param name="rows">The rows that it was trained on.</param>
    /// <param name="seconds">The time of the epoch.</param>
    /// <param name="progress">What was reported of it.</param>
    public static void Epoch(string network, long rows, double seconds, TrainingProgress progress)
    {
        var tag = new KeyValuePair<string, object?>(PackTelemetry.NetworkTag, network);
        PackTelemetry.Epochs.Add(1, tag);
        PackTelemetry.TrainedRows.Add(rows, tag);
        PackTelemetry.EpochDuration.Record(seconds, tag);
        if (Activity.Current is { IsAllDataRequested: true } activity && activity.Source == PackTelemetry.Activities)
        {
            activity.AddEvent(new ActivityEvent("epoch", tags: new ActivityTagsCollection
            {
                ["ml.fit.network"] = progress.Network,
                ["ml.fit.epoch"] = progress.NetworkEpoch,
                ["ml.fit.loss"] = progress.TrainLoss,
                ["ml.fit.validation.loss"] = progress.ValidationLoss,
                ["ml.fit.validation.accuracy"] = progress.ValidationAccuracy,
            }));
        }
    }
}
