using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The cells that have a fused kernel, and the layout of their weights in it.</summary>
internal static class FusedRecurrentCells
{
    public static bool Serves(Tensor sequence) =>
        sequence.device_type == DeviceType.CPU && sequence.dtype == ScalarType.Float32;

    public static RecurrentOutputs Run(RecurrentRun run, RecurrentCell cell, RecurrentActivation activation)
    {
        var weights = run.Weights;
        return cell switch
        {
            RecurrentCell.Lstm => FusedDenseRecurrence<LstmCell>.Run(run, weights.Recurrent, weights.Bias),
            RecurrentCell.Gru => RunGru(run),
            RecurrentCell.Elman when activation == RecurrentActivation.Relu =>
                FusedDenseRecurrence<ElmanCell<ReluActivation>>.Run(run, weights.Recurrent, weights.Bias),
            RecurrentCell.Elman => FusedDenseRecurrence<ElmanCell<TanhActivation>>.Run(run, weights.Recurrent, weights.Bias),
            _ when activation == RecurrentActivation.Relu => RunJordan<ReluActivation>(run),
            _ => RunJordan<TanhActivation>(run),
        };
    }

    // The kernel has the state's part of the candidate first, then r and z, which both matrices have, then the input's part.
    private static RecurrentOutputs RunGru(RecurrentRun run)
    {
        var (weights, channels) = (run.Weights, run.Weights.Channels);
        using var scope = NewDisposeScope();
        var outputs = FusedDenseRecurrence<GruCell>.Run(
            run, weights.Recurrent.roll(channels, 0), cat([weights.CandidateBias!, weights.Bias]));
        return outputs.MoveToOuterDisposeScope();
    }

    // A step is two of Elman's: h from the input and y, then y from h alone.
    private static RecurrentOutputs RunJordan<TActivation>(RecurrentRun run)
        where TActivation : struct, IDenseActivation
    {
        run.Validate(states: 1);
        using var scope = NewDisposeScope();
        var weights = run.Weights;
        var products = nn.functional.linear(run.Sequence, weights.Input);
        var nothing = zeros_like(products);
        long[] inTurns = [run.Batch, 2L * run.Steps, weights.Channels];
        var outputs = FusedDenseRecurrence<ElmanCell<TActivation>>.RunInTurns(
            run, stack(run.Reverse ? [nothing, products] : [products, nothing], 2).view(inTurns),
            cat([weights.Recurrent, weights.Output!]), cat([weights.Bias, weights.OutputBias!]), turns: 2);
        var y = outputs.Hidden.view(run.Batch, run.Steps, 2, weights.Channels).select(2, run.Reverse ? 0 : 1);
        return new RecurrentOutputs(y, outputs.Last).MoveToOuterDisposeScope();
    }
}
