using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using TorchSharp.Modules;

namespace Microsoft.ML.Extensions.Training;

/// <summary>What a technique knows of the run that it is part of.</summary>
/// <param name="Network">The network in training.</param>
/// <param name="Head">Its task.</param>
/// <param name="Labels">The labels of the rows learned from.</param>
/// <param name="Run">The settings of the run.</param>
/// <param name="StepsPerEpoch">The optimiser steps of an epoch.</param>
/// <param name="Validates">Whether rows are held out.</param>
internal sealed record TechniqueContext(
    Network Network, TaskHead Head, LabelStatistics Labels, TrainingRun Run, long StepsPerEpoch, bool Validates)
{
    /// <summary>The options of the run.</summary>
    public TrainingOptions Options => Run.Options;

    /// <summary>The parameters that a technique may touch, those that learn.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = [.. Network.parameters().Where(parameter => parameter.requires_grad)];
}
