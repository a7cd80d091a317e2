using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The settings of one training run.</summary>
/// <param name="Options">The options, checked.</param>
/// <param name="Plan">The settings chosen for this data.</param>
/// <param name="Seed">The seed of all epochs.</param>
/// <param name="Device">The network's device.</param>
/// <param name="Checkpoint">The checkpoint, if there is one.</param>
/// <param name="Member">Which network of the ensemble this is, from 0.</param>
/// <param name="Progress">Counts the epochs of the fit.</param>
/// <param name="CheckAlive">Throws when the run was cancelled.</param>
/// <param name="Channel">The log.</param>
internal sealed record TrainingRun(
    TrainingOptions Options, TrainingPlan Plan, int Seed, Device Device, Checkpoint? Checkpoint, int Member, FitProgress Progress,
    Action CheckAlive, IChannel Channel);
