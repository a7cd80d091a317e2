namespace Microsoft.ML.Extensions.Kernels;

/// <summary>A hidden layer.</summary>
/// <param name="Width">Its neurons, or the channels of a convolution.</param>
/// <param name="Kernel">The side of a convolution's kernel; 0 for a fully connected layer.</param>
/// <param name="Pool">The side of the max pooling of its input; 1 for none.</param>
internal readonly record struct LayerPlan(int Width, int Kernel = 0, int Pool = 1)
{
    public bool IsConvolution => Kernel > 0;
}

/// <summary>The shape of a network; null values are not specified.</summary>
/// <param name="Layers">The hidden layers.</param>
/// <param name="LastPool">The side of the max pooling after them.</param>
/// <param name="Activation">The activation of all hidden layers.</param>
/// <param name="Normalization">The normalisation of preactivations.</param>
/// <param name="ResidualWeight">gamma.</param>
internal sealed record NetworkPlan(
    IReadOnlyList<LayerPlan> Layers, int LastPool = 1, DeepActivation? Activation = null, DeepNormalization? Normalization = null,
        double? ResidualWeight = null)
{
    /// <summary>Whether only images can be read.</summary>
    public bool NeedsImages => LastPool > 1 || Layers.Any(layer => layer.IsConvolution || layer.Pool > 1);
}
