namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The channels of a step.</summary>
internal sealed class StepValues
{
    public float[] Values { get; set; } = [];
}
