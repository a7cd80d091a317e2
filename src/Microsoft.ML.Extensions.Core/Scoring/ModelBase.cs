namespace Microsoft.ML.Extensions;

/// <summary>The solved base of a model, and how much the network improves it.</summary>
public sealed class ModelBase
{
    internal ModelBase(string kind, bool isCorrected, double gain, double standardError) =>
        (Kind, IsCorrected, Gain, StandardError) = (kind, isCorrected, gain, standardError);

    /// <summary>Its name, such as <c>RandomConvolution</c>.</summary>
    public string Kind { get; }

    /// <summary>
    /// Whether the network's outputs are added to those of the base. Otherwise scores are those of the base alone, and the model has no network.
    /// </summary>
    public bool IsCorrected { get; }

    /// <summary>
    /// The mean decrease of the loss by the trained networks, on rows that neither they nor the base were trained on: nats for classes, squared
    /// standard deviations of the target for numbers. Negative where the loss rose; 0 where no network was trained because none could have improved it.
    /// </summary>
    public double Gain { get; }

    /// <summary>The standard error of <see cref="Gain"/>; the network is kept where the gain is above it.</summary>
    public double StandardError { get; }
}
