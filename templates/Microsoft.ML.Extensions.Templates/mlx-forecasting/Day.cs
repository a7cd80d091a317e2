using Microsoft.ML.Data;

namespace MlxForecasting;

/// <summary>A row of the file.</summary>
public sealed class Day
{
    [LoadColumn(0)]
    public DateTime Date { get; set; }

    [LoadColumn(1)]
    public float Visitors { get; set; }
}

/// <summary>The values after the last day.</summary>
public sealed class Forecast
{
    public float[] Score { get; set; } = [];

    /// <summary>The quantiles one after another, each with all steps ahead.</summary>
    public float[] Quantiles { get; set; } = [];
}
