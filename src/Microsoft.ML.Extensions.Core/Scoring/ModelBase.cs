using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions;

/// <summary>The solved base of a model, and how much the network improves it.</summary>
public sealed class ModelBase
{
    internal ModelBase(BaseDescription description) =>
        (Kind, Weight, NetworkWeight, Gain, StandardError) =
            (description.Network, description.BaseWeight, description.NetworkWeight, description.Gain, description.StandardError);

    /// <summary>Its name, such as <c>RandomConvolution</c>.</summary>
    public string Kind { get; }

    /// <summary>
    /// What its outputs (logits for classes, standardised numbers in regression) are multiplied with before those of the network are added: 0 where the network
    /// answers alone, 1 where the base does.
    /// </summary>
    public double Weight { get; }

    /// <summary>What the outputs of the network are multiplied with; 0 where all answers are those of the base, and there is no network in the model.</summary>
    public double NetworkWeight { get; }

    /// <summary>
    /// The mean decrease of the loss by the trained networks, on rows that neither they nor the base were trained on: nats for classes, squared
    /// standard deviations of the target for numbers. Negative where the loss rose; 0 where no network was trained because none could have improved it.
    /// </summary>
    public double Gain { get; }

    /// <summary>The standard error of <see cref="Gain"/>. On rows held out the network is kept where the gain is above it; where each network left out rows of its own, where there is a gain.</summary>
    public double StandardError { get; }
}
