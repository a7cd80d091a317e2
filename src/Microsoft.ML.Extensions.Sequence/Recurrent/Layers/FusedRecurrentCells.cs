using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The cells that have a fused kernel, and how their weights stand in it.</summary>
internal static class FusedRecurrentCells
{
    public static bool Serves(Tensor sequence, RecurrentCell cell) =>
        cell != RecurrentCell.Jordan && sequence.device_type == DeviceType.CPU && sequence.dtype == ScalarType.Float32;

    public static RecurrentOutputs Run(RecurrentRun run, RecurrentCell cell, RecurrentActivation activation)
    {
        var weights = run.Weights;
        return cell switch
        {
            RecurrentCell.Lstm => FusedDenseRecurrence<LstmCell>.Run(run, weights.Recurrent, weights.Bias),
            RecurrentCell.Gru => RunGru(run),
            _ when activation == RecurrentActivation.Relu =>
                FusedDenseRecurrence<ElmanCell<ReluActivation>>.Run(run, weights.Recurrent, weights.Bias),
            _ => FusedDenseRecurrence<ElmanCell<TanhActivation>>.Run(run, weights.Recurrent, weights.Bias),
        };
    }

    // The kernel has the state's part of the candidate first, then r and z, which both matrices have, then the input's part.
    private static RecurrentOutputs RunGru(RecurrentRun run)
    {
        var (weights, channels) = (run.Weights, run.Weights.Channels);
        using var scope = NewDisposeScope();
        var outputs = FusedDenseRecurrence<GruCell>.Run(
            run, weights.Recurrent.roll(channels, 0), cat([weights.CandidateBias!, weights.Bias]));
        outputs.Hidden.MoveToOuterDisposeScope();
        outputs.Last?.MoveToOuterDisposeScope();
        return outputs;
    }
}
