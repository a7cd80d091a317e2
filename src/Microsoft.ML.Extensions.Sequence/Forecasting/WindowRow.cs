namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A window, the row that a forecaster scores.</summary>
internal sealed class WindowRow
{
    public float[] Window { get; set; } = [];
}
