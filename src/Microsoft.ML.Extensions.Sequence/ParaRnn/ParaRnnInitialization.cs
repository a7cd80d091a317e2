using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The initial weights of the paper's code.</summary>
internal static class ParaRnnInitialization
{
    /// <summary>Xavier-uniform, [Heads, D / Heads, G, W].</summary>
    public static torch.Tensor Input<TCell>(RecurrentCellLayerOptions options, torch.Generator generator) where TCell
        : struct, IRecurrentCell<TCell>
    {
        using var scope = torch.NewDisposeScope();
        var bound = Math.Sqrt(6.0 / (options.HeadInputs + FanOut<TCell>(options)));
        NetworkMemory.Ask(options.Heads, options.HeadInputs, TCell.Gates, options.HeadChannels);
        var uniform = TorchMemory.Uniform([options.Heads, options.HeadInputs, TCell.Gates, options.HeadChannels], generator);
        return uniform.Scaled(2).Minus(1).Scaled(bound).MoveToOuterDisposeScope();
    }

    /// <summary>The fan-out in the paper's code: for ParaLSTM the channels of a head, for every other cell all channels.</summary>
    public static int FanOut<TCell>(RecurrentCellLayerOptions options) where TCell : struct, IRecurrentCell<TCell> =>
        typeof(TCell) == typeof(ParaLstmCell) ? options.HeadChannels : options.HiddenSize;

    /// <summary>N(0, 2 / sqrt(5 H)) as standard deviation, [P, H].</summary>
    public static torch.Tensor Recurrent<TCell>(RecurrentCellLayerOptions options, torch.Generator generator) where TCell
        : struct, IRecurrentCell<TCell>
    {
        using var scope = torch.NewDisposeScope();
        var normal = torch.randn([TCell.Parameters, options.HiddenSize], generator: generator);
        return normal.Scaled(2 / Math.Sqrt(5.0 * options.HiddenSize)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The first gate from 0 to -1 over the channels, so that channels start with different memories; the others 0; [G, H].
    /// </summary>
    public static torch.Tensor Bias<TCell>(RecurrentCellLayerOptions options) where TCell : struct, IRecurrentCell<TCell>
    {
        using var scope = torch.NewDisposeScope();
        var first = torch.linspace(0, -1, options.HiddenSize).unsqueeze(0);
        return torch.cat([first, torch.zeros(TCell.Gates - 1, options.HiddenSize)]).MoveToOuterDisposeScope();
    }
}
