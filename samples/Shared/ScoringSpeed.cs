using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Measures how fast a model scores.</summary>
public static class ScoringSpeed
{
    /// <summary>Rows a second over one pass that computes the scores of all rows.</summary>
    /// <param name="scored">What a model's <c>Transform</c> gave.</param>
    public static double RowsPerSecond(IDataView scored)
    {
        var clock = Stopwatch.StartNew();
        var rows = scored.GetColumn<VBuffer<float>>("Score").LongCount();
        return rows / clock.Elapsed.TotalSeconds;
    }
}
