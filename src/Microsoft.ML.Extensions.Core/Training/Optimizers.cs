using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Makes the optimiser that the options name, with weight decay only where the network wants it.</summary>
internal static class Optimizers
{
    public static OptimizerHelper Create(Network network, TrainingOptions options)
    {
        var rate = options.LearningRate;
        var groups = network.named_parameters()
            .GroupBy(named => network.Decays(named.name, named.parameter))
            .Select(group => (Parameters: group.Select(named => named.parameter).ToArray(), Decay: group.Key ? options.WeightDecay : 0))
            .ToArray();
        return options.Optimizer switch
        {
            OptimizerKind.AdamW => optim.AdamW(groups.Select(g => new AdamW.ParamGroup(g.Parameters, rate, weight_decay: g.Decay)), rate),
            OptimizerKind.Adam => optim.Adam(groups.Select(g => new Adam.ParamGroup(g.Parameters, rate, weight_decay: g.Decay)), rate),
            OptimizerKind.Momentum => optim.SGD(groups.Select(g => new SGD.ParamGroup(g.Parameters, rate, 0.9, weight_decay: g.Decay)), rate),
            _ => optim.SGD(groups.Select(g => new SGD.ParamGroup(g.Parameters, rate, weight_decay: g.Decay)), rate),
        };
    }

    public static void SetLearningRate(this OptimizerHelper optimizer, double rate)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }
    }
}
