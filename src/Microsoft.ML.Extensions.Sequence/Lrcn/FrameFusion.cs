namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How the predictions at the steps of a clip are combined.</summary>
public enum FrameFusion
{
    /// <summary>Their mean, of probabilities and not of logits. The training loss is on every step.</summary>
    Mean,

    /// <summary>The prediction at the last step. The training loss is on the last step alone.</summary>
    Last,
}
