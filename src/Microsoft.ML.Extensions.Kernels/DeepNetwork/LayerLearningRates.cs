namespace Microsoft.ML.Extensions.Kernels;

/// <summary>How the learning rate is shared among layers.</summary>
public enum LayerLearningRates
{
    /// <summary>So that each layer contributes as much to what is learned, whatever depth and width: the equivalence principle.</summary>
    Equivalence,

    /// <summary>Every parameter has that of the run.</summary>
    Equal,
}
