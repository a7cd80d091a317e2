using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The cells by the equations of their papers, one step after the other in tensor operations: any device, any floating type; the reference.
/// </summary>
internal static class StepwiseRecurrence
{
    public static RecurrentOutputs Run(RecurrentRun run, RecurrentCell cell, RecurrentActivation activation)
    {
        var states = StatesOf(cell);
        run.Validate(states);
        using var scope = NewDisposeScope();
        var (shape, weights) = (run.Shape, run.Weights);
        var order = new StepOrder(
            new ScanShape(shape.Batch, shape.Steps, shape.Channels, 1, shape.Reverse), run.Lengths, run.Sequence.device);
        var products = nn.functional.linear(run.Sequence, weights.Input, weights.Bias);
        var gates = products.view(shape.Batch, shape.Steps, -1, shape.Channels).permute(1, 2, 0, 3);
        var x = shape.Steps == 0 ? [] : order.ToScan(gates).unbind(0);
        var reached = new List<Tensor[]> { run.InitialOrZero(states).unbind(0) };
        for (var step = 0; step < shape.Steps; step++)
        {
            var before = shape.Cuts(step) ? [.. reached[^1].Select(state => state.detach())] : reached[^1];
            reached.Add(Step(cell, activation, x[step].unbind(0), before, weights));
        }
        var hidden = shape.Steps == 0
            ? zeros(shape.Batch, 0, shape.Channels, dtype: run.Sequence.dtype, device: run.Sequence.device)
            : order.FromScan(stack(reached.Skip(1).Select(state => state[0])));
        var last = run.WantsLast ? Last(reached, run.Lengths).MoveToOuterDisposeScope() : null;
        return new RecurrentOutputs(hidden.MoveToOuterDisposeScope(), last);
    }

    /// <summary>S.</summary>
    public static int StatesOf(RecurrentCell cell) => cell == RecurrentCell.Lstm ? 2 : 1;

    private static Tensor[] Step(
        RecurrentCell cell, RecurrentActivation activation, Tensor[] x, Tensor[] state, RecurrentWeights weights) => cell switch
        {
            RecurrentCell.Elman => [Elman(activation, x, state[0], weights)],
            RecurrentCell.Jordan => [Jordan(activation, x, state[0], weights)],
            RecurrentCell.Lstm => Lstm(x, state[0], state[1], weights),
            _ => [Gru(x, state[0], weights)],
        };

    private static Tensor Elman(RecurrentActivation activation, Tensor[] x, Tensor h, RecurrentWeights weights) =>
        Activate(activation, x[0].Plus(nn.functional.linear(h, weights.Recurrent)));

    private static Tensor Jordan(RecurrentActivation activation, Tensor[] x, Tensor y, RecurrentWeights weights) =>
        Activate(activation, nn.functional.linear(Elman(activation, x, y, weights), weights.Output!, weights.OutputBias));

    private static Tensor[] Lstm(Tensor[] x, Tensor h, Tensor c, RecurrentWeights weights)
    {
        var u = nn.functional.linear(h, weights.Recurrent).chunk(4, 1);
        var peepholes = weights.Peepholes?.unbind(0);
        Tensor Gate(int gate, int peephole, Tensor seen)
        {
            var sum = x[gate].Plus(u[gate]);
            return sigmoid(peepholes is null ? sum : sum.Plus(peepholes[peephole] * seen));
        }
        var (i, f) = (Gate(0, 0, c), Gate(1, 1, c));
        var g = tanh(x[2].Plus(u[2]));
        var next = (f * c).Plus(i * g);
        return [Gate(3, 2, next) * tanh(next), next];
    }

    private static Tensor Gru(Tensor[] x, Tensor h, RecurrentWeights weights)
    {
        var u = nn.functional.linear(h, weights.Recurrent).chunk(3, 1);
        var (r, z) = (sigmoid(x[0].Plus(u[0])), sigmoid(x[1].Plus(u[1])));
        var n = tanh(x[2].Plus(r * u[2].Plus(weights.CandidateBias!)));
        return n.Plus(z * h.Minus(n));
    }

    private static Tensor Activate(RecurrentActivation activation, Tensor sum) =>
        activation == RecurrentActivation.Relu ? sum.relu() : sum.tanh();

    private static Tensor Last(List<Tensor[]> reached, int[]? lengths) => lengths is null
        ? stack(reached[^1])
        : stack(lengths.Select((length, row) => stack(reached[length].Select(state => state[row]))), 1);
}
