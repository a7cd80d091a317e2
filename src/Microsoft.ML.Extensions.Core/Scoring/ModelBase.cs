using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions;

/// <summary>The solved part of a model, and what the network adds to it.</summary>
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
    /// The mean by which the networks that were trained lowered the loss of rows that neither they nor the base had learned from: nats for classes, squared
    /// standard deviations of the target for numbers. Below 0 where they raised it; 0 where none was trained, since none could have shown its worth.
    /// </summary>
    public double Gain { get; }

    /// <summary>The standard error of <see cref="Gain"/>. On rows held out the network is kept where the gain is above it; where each network left out rows of its own, where there is a gain.</summary>
    public double StandardError { get; }
}
