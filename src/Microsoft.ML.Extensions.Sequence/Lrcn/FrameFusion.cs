namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How the predictions at the steps of a clip become the clip's.</summary>
public enum FrameFusion
{
    /// <summary>Their mean: of probabilities, not of logits. Training asks for the label at every step.</summary>
    Mean,

    /// <summary>That at the last step, which is the only one that training asks for the label at.</summary>
    Last,
}
