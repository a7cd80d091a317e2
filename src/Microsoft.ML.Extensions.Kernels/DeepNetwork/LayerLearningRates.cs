namespace Microsoft.ML.Extensions.Kernels;

/// <summary>How the learning rate is shared among layers.</summary>
public enum LayerLearningRates
{
    /// <summary>All layers contribute equally to learning, for any depth and width: the equivalence principle.</summary>
    Equivalence,

    /// <summary>Every parameter has the rate of the run.</summary>
    Equal,
}
