using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A time series and its class.</summary>
public sealed class Series
{
    public string Label { get; set; } = "";

    /// <summary>[T, C], time first.</summary>
    [VectorType(CylinderBellFunnel.Steps, 1)]
    public float[] Features { get; set; } = [];
}
