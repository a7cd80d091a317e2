namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What is solved for before a network of sequences learns.</summary>
public enum SequenceBase
{
    /// <summary>Nothing: the network answers alone.</summary>
    None,

    /// <summary>
    /// Random convolutions with a ridge regression, as <see cref="RandomConvolutionTrainer"/> has them; the network learns what they leave.
    /// </summary>
    RandomConvolution,
}
