using System.Globalization;

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

    /// <summary>Whether a layer has the shape of the one before it, whose preactivations a residual weight then adds.</summary>
    public bool Follows(int index) => index > 0 && Layers[index].Pool == 1 && Layers[index - 1].Width == Layers[index].Width
        && Layers[index - 1].IsConvolution == Layers[index].IsConvolution;

    /// <summary>The layers as <see cref="ArchitectureReader"/> reads them, without what the options give.</summary>
    public string ToText()
    {
        var parts = Layers.SelectMany<LayerPlan, string>(layer =>
        {
            var own = layer.IsConvolution ? string.Create(CultureInfo.InvariantCulture, $"conv {layer.Width} {layer.Kernel}")
                : string.Create(CultureInfo.InvariantCulture, $"fc {layer.Width}");
            return layer.Pool > 1 ? [PoolOf(layer.Pool), own] : [own];
        });
        return string.Join(", ", LastPool > 1 ? parts.Append(PoolOf(LastPool)) : parts);

        static string PoolOf(int side) => string.Create(CultureInfo.InvariantCulture, $"pool {side}");
    }
}
