using Microsoft.ML.Extensions.Numerics.Recurrence;
using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The recurrence as a plain loop of tensor operations, differentiated by torch: any device, any floating type, slow.</summary>
internal static class TensorRecurrence<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    public static RecurrentOutputs Run(RecurrentInputs inputs)
    {
        inputs.Validate<TCell>();
        using var scope = torch.NewDisposeScope();
        var shape = inputs.Shape;
        var order = new StepOrder(shape, inputs.Lengths, inputs.Products.device);
        var x = order.ToScan(inputs.ByStep<TCell>()).unbind(0);
        var a = inputs.Parameters.unbind(0)[..TCell.Parameters];
        var states = new List<torch.Tensor[]> { inputs.InitialOrZero<TCell>().unbind(0) };
        for (var step = 0; step < shape.Steps; step++)
        {
            states.Add(TensorCell<TCell>.Step(x[step].unbind(0), a, states[^1]));
        }
        var hidden = shape.Steps == 0
            ? torch.zeros_like(inputs.Products).view(shape.Batch, 0, shape.Channels)
            : order.FromScan(torch.stack(states.Skip(1).Select(state => state[^1])));
        var last = inputs.WantsLast ? Last(states, inputs.Lengths).MoveToOuterDisposeScope() : null;
        return new RecurrentOutputs(hidden.MoveToOuterDisposeScope(), last);
    }

    private static torch.Tensor Last(List<torch.Tensor[]> states, int[]? lengths)
    {
        if (lengths is null)
        {
            return torch.stack(states[^1]);
        }
        var rows = lengths.Select((length, row) => torch.stack(states[length].Select(state => state[row])));
        return torch.stack(rows, 1);
    }
}
