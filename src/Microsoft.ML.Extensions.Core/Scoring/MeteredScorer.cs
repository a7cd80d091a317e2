using System.Diagnostics;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Telemetry;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Counts and times the rows of another scorer, while somebody listens.</summary>
/// <param name="scorer">The scorer, which it owns.</param>
/// <param name="network">The kind of network.</param>
/// <param name="task">The task.</param>
internal sealed class MeteredScorer(IRowScorer scorer, string network, string task) : IRowScorer
{
    public float[]? Before => scorer.Before;

    public InputRange? Range => scorer.Range;

    public void Score(RowStore rows, ref float[] scores)
    {
        if (!PackTelemetry.WatchesScores)
        {
            scorer.Score(rows, ref scores);
            return;
        }
        var tags = new TagList { { PackTelemetry.NetworkTag, network }, { PackTelemetry.TaskTag, task } };
        using var activity = PackTelemetry.Activities.StartActivity($"score {network}", ActivityKind.Internal, parentContext: default, tags);
        activity?.SetTag("ml.score.rows", rows.Count);
        var start = Stopwatch.GetTimestamp();
        try
        {
            scorer.Score(rows, ref scores);
            PackTelemetry.ScoredRows.Add(rows.Count, tags);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            tags.Add(PackTelemetry.ErrorTag, e.GetType().FullName);
            throw;
        }
        finally
        {
            PackTelemetry.ScoreDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
        }
    }

    public void Dispose() => scorer.Dispose();
}
