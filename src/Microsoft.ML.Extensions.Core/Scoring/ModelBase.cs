namespace Microsoft.ML.Extensions;

/// <summary>The solved part of a model, and what the network adds to it.</summary>
public sealed class ModelBase
{
    internal ModelBase(string kind, bool isCorrected, double gain, double standardError) =>
        (Kind, IsCorrected, Gain, StandardError) = (kind, isCorrected, gain, standardError);

    /// <summary>Its name, such as <c>RandomConvolution</c>.</summary>
    public string Kind { get; }

    /// <summary>
    /// Whether the network's outputs are added to those of the base; else all answers are those of the base alone, and there is no network in the model.
    /// </summary>
    public bool IsCorrected { get; }

    /// <summary>
    /// The mean by which the networks that were trained lowered the loss of rows that neither they nor the base had learned from: nats for classes, squared
    /// standard deviations of the target for numbers. Below 0 where they raised it; 0 where none was trained, since none could have shown its worth.
    /// </summary>
    public double Gain { get; }

    /// <summary>The standard error of <see cref="Gain"/>; the network is kept where the gain is above it.</summary>
    public double StandardError { get; }
}
