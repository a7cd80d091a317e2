namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The normalisation of preactivations before the activation. The theory of criticality is for networks without it.</summary>
public enum DeepNormalization
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Batch normalisation of each channel (Ioffe and Szegedy 2015, arXiv 1502.03167).</summary>
    Batch,

    /// <summary>Layer normalisation of each row (Ba et al. 2016, arXiv 1607.06450).</summary>
    Layer,
}
