using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Measures how fast a model scores.</summary>
public static class ScoringSpeed
{
    /// <summary>Rows per second when the scores of all rows are computed once.</summary>
    /// <param name="scored">The result of a model's <c>Transform</c>.</param>
    public static double RowsPerSecond(IDataView scored)
    {
        var clock = Stopwatch.StartNew();
        var rows = scored.GetColumn<VBuffer<float>>("Score").LongCount();
        return rows / clock.Elapsed.TotalSeconds;
    }
}
