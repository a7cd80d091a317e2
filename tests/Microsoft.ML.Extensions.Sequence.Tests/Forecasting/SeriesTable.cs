using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

/// <summary>A row of a table of series: two to forecast, and one that is known in advance and drives the first.</summary>
internal sealed class SeriesRow
{
    public float First { get; set; }

    public float Second { get; set; }

    public float Plan { get; set; }
}

/// <summary>A forecaster's output.</summary>
internal sealed class SeriesForecast
{
    public float[] Score { get; set; } = [];
}

/// <summary>Makes tables of series.</summary>
internal static class SeriesTable
{
    /// <summary>Two sines of different period and level, with noise.</summary>
    public static SeriesRow[] Sines(int rows, double noise = 0, int seed = 1)
    {
        var random = new Random(TrainedSeed.From(seed));
        return [.. Enumerable.Range(0, rows).Select(t => new SeriesRow
        {
            First = (float)(5 + Math.Sin(0.7 * t) + (noise * (random.NextDouble() - 0.5))),
            Second = (float)(-20 + (10 * Math.Cos(0.4 * t)) + (noise * (random.NextDouble() - 0.5))),
        })];
    }

    /// <summary>A first series that is twice the plan for its time, so its past does not predict it.</summary>
    public static SeriesRow[] Planned(int rows)
    {
        var random = new Random(TrainedSeed.From(1));
        return [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(2))
            .Select(plan => new SeriesRow { First = 2 * plan, Plan = plan })];
    }

    public static IDataView Load(MLContext ml, IEnumerable<SeriesRow> rows) => ml.Data.LoadFromEnumerable(rows);

    /// <summary>Options of a small network and a short training.</summary>
    public static ParaRnnOptions Small(int epochs = 3) => new()
    {
        HiddenSize = 8,
        Layers = 1,
        EnsembleSize = 1,
        Training = new() { Epochs = epochs, Seed = TrainedSeed.From(1), ValidationFraction = 0 },
    };
}
