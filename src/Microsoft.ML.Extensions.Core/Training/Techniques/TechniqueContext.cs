using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using TorchSharp.Modules;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The information about a run that a technique gets.</summary>
/// <param name="Network">The network in training.</param>
/// <param name="Head">Its task.</param>
/// <param name="Data">The rows and their statistics.</param>
/// <param name="Run">The settings of the run.</param>
/// <param name="StepsPerEpoch">The optimiser steps of an epoch.</param>
/// <param name="Validates">Whether rows are held out.</param>
internal sealed record TechniqueContext(
    Network Network, TaskHead Head, ExampleData Data, TrainingRun Run, long StepsPerEpoch, bool Validates)
{
    /// <summary>The options of the run.</summary>
    public TrainingOptions Options => Run.Options;

    /// <summary>Statistics of the training labels.</summary>
    public LabelStatistics Labels => Data.Labels;

    /// <summary>The parameters that a technique may change: the trainable ones.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = [.. Network.parameters().Where(parameter => parameter.requires_grad)];
}
