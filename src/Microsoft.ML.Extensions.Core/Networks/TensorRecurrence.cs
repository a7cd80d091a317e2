using Microsoft.ML.Extensions.Numerics.Recurrence;
using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The recurrence as a plain loop of tensor operations, differentiated by torch: any device, any floating type, slow.</summary>
internal static class TensorRecurrence<TCell> where TCell : struct, IRecurrentCell
{
    public static RecurrentOutputs Run(RecurrentInputs inputs)
    {
        inputs.Validate<TCell>();
        using var scope = torch.NewDisposeScope();
        var shape = inputs.Shape;
        var order = new StepOrder(shape, inputs.Lengths, inputs.Products.device);
        var x = order.ToScan(Inputs(inputs, shape)).unbind(0);
        var a = Lanes(inputs.Parameters.unbind(0).Take(TCell.Parameters));
        var initial = inputs.Initial ?? torch.zeros(
            TCell.States, shape.Batch, shape.Channels, dtype: inputs.Products.dtype, device: inputs.Products.device);

        var states = new List<TensorLane[]> { Lanes(initial.unbind(0)) };
        for (var step = 0; step < shape.Steps; step++)
        {
            states.Add(Step(Lanes(x[step].unbind(0)), a, states[^1]));
        }
        var hidden = shape.Steps == 0
            ? torch.zeros_like(inputs.Products).view(shape.Batch, 0, shape.Channels)
            : order.FromScan(torch.stack(states.Skip(1).Select(state => state[^1].Value)));
        var last = inputs.WantsLast ? Last(states, inputs.Lengths).MoveToOuterDisposeScope() : null;
        return new RecurrentOutputs(hidden.MoveToOuterDisposeScope(), last);
    }

    private static TensorLane[] Step(TensorLane[] x, TensorLane[] a, TensorLane[] previous)
    {
        using var scope = torch.NewDisposeScope();
        var next = new TensorLane[TCell.States];
        TCell.Step<TensorLane, ArrayRows<TensorLane>, ArrayRows<TensorLane>>(new(x), new(a), new(previous), new(next));
        foreach (var state in next)
        {
            state.Value.MoveToOuterDisposeScope();
        }
        return next;
    }

    // [Heads, B, T, G, W] -> [T, G, B, H], biases added.
    private static torch.Tensor Inputs(RecurrentInputs inputs, ScanShape shape)
    {
        var byStep = inputs.Products.permute(2, 3, 1, 0, 4).reshape(shape.Steps, TCell.Gates, shape.Batch, shape.Channels);
        return byStep + inputs.Parameters.narrow(0, TCell.Parameters, TCell.Gates).unsqueeze(1);
    }

    private static torch.Tensor Last(List<TensorLane[]> states, int[]? lengths)
    {
        if (lengths is null)
        {
            return torch.stack(states[^1].Select(state => state.Value));
        }
        var rows = lengths.Select((length, row) => torch.stack(states[length].Select(state => state.Value[row])));
        return torch.stack(rows, 1);
    }

    private static TensorLane[] Lanes(IEnumerable<torch.Tensor> tensors) => [.. tensors.Select(tensor => new TensorLane(tensor))];
}
