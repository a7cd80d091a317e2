namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What is solved for, and answers beside a network of sequences.</summary>
public enum SequenceBase
{
    /// <summary>Nothing: the network answers alone.</summary>
    None,

    /// <summary>
    /// Random convolutions with a ridge regression, as <see cref="RandomConvolutionTrainer"/> has them.
    /// </summary>
    RandomConvolution,
}
