using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// The recurrence by <see cref="NewtonIteration{TCell}"/>, in tensor operations: parallel over time, on any device and floating type.
/// </summary>
/// <remarks>
/// The backward pass does not differentiate the iterations. The adjoints of all steps, <c>l_t = dL/dh_t + J_(t+1)^T l_(t+1)</c>, are one
/// <see cref="BlockBidiagonalSystem"/> from the end; one batched step backward gives the gradients. Saved: the inputs, the parameters
/// and the states.
/// </remarks>
internal sealed class NewtonRecurrence<TCell> : torch.autograd.MultiTensorFunction<NewtonRecurrence<TCell>>
    where TCell : struct, IRecurrentCell<TCell>
{
    private const string OutcomeKey = "outcome";
    private const int Arguments = 6;

    public override string Name => $"NewtonRecurrence_{typeof(TCell).Name}";

    public static RecurrentOutputs Run(RecurrentInputs inputs, NewtonSettings settings, NewtonReport report)
    {
        inputs.Validate<TCell>();
        // Keeps the tensors of forward alive until apply saves them for the backward pass, which it does after forward has returned.
        using var scope = torch.NewDisposeScope();
        var shape = inputs.Shape;
        var order = new StepOrder(shape, inputs.Lengths, inputs.Products.device);
        var x = order.ToScan(inputs.ByStep<TCell>());
        var a = inputs.Parameters.narrow(0, 0, TCell.Parameters);
        var states = apply(x, a, inputs.InitialOrZero<TCell>(), order.Valid!, settings, report)[0];
        var hidden = order.FromScan(states.select(0, TCell.States - 1).narrow(0, 1, shape.Steps));
        var last = inputs.WantsLast ? After(states, inputs.Lengths).MoveToOuterDisposeScope() : null;
        return new RecurrentOutputs(hidden.MoveToOuterDisposeScope(), last);
    }

    /// <summary>From x [T, G, B, H], a [P, H] and s_0 [S, B, H] to s_0..s_T, [S, T + 1, B, H].</summary>
    public override List<torch.Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        using var noGrad = torch.no_grad();
        var (x, a, initial) = ((torch.Tensor)vars[0], (torch.Tensor)vars[1], (torch.Tensor)vars[2]);
        var (valid, settings, report) = ((torch.Tensor?)vars[3], (NewtonSettings)vars[4], (NewtonReport)vars[5]);
        var steps = x.shape[0];
        var states = torch.zeros([TCell.States, steps + 1, x.shape[2], x.shape[3]], dtype: x.dtype, device: x.device);
        states.select(1, 0).copy_(initial);
        var outcome = NewtonOutcome.Converged;
        if (x.numel() > 0)
        {
            outcome = new NewtonIteration<TCell>(x.unbind(1), a.unbind(0), states, valid?.unsqueeze(-1), settings).Run();
            report.Add(outcome);
        }
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([x, a, states]);
        ctx.save_data(OutcomeKey, outcome);
        return [states.narrow(0, 0, TCell.States)];
    }

    public override List<torch.Tensor> backward(AutogradContext ctx, List<torch.Tensor> grad_outputs) =>
        TorchMemory.Backward(Arguments, () => Gradients(ctx, grad_outputs));

    private static List<torch.Tensor> Gradients(AutogradContext ctx, List<torch.Tensor> grad_outputs)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (gradient, saved) = (grad_outputs[0], ctx.get_saved_variables());
        var (x, a, states) = (saved[0], saved[1], saved[2]);
        if (x.numel() == 0)
        {
            var unused = (torch.zeros_like(x), torch.zeros_like(a), gradient.select(1, 0).clone());
            scope.MoveToOuter(unused.Item1, unused.Item2, unused.Item3);
            return [unused.Item1, unused.Item2, unused.Item3, null!, null!, null!];
        }
        var (inputs, parameters) = (x.unbind(1), a.unbind(0));
        var previous = states.narrow(1, 0, x.shape[0]).unbind(0);
        var adjoint = Adjoint(inputs, parameters, previous, gradient, (NewtonOutcome)ctx.get_data(OutcomeKey));
        var (before, dx, da) = TensorCell<TCell>.StepBackward(inputs, parameters, previous, adjoint);
        var dInputs = torch.stack(dx, 1);
        var dParameters = da.Length == 0 ? torch.zeros_like(a) : torch.stack(da.Select(part => part.sum([0, 1])));
        var dInitial = torch.stack(before.Select(steps => steps[0])).Plus(gradient.select(1, 0));
        scope.MoveToOuter(dInputs, dParameters, dInitial);
        return [dInputs, dParameters, dInitial, null!, null!, null!];
    }

    private static torch.Tensor[] Adjoint(
        torch.Tensor[] x, torch.Tensor[] a, torch.Tensor[] previous, torch.Tensor gradient, NewtonOutcome outcome)
    {
        var adjoint = gradient.narrow(1, 1, x[0].shape[0]).clone().unbind(0);
        var links = BlockBidiagonalSystem.Transpose(NewtonIteration<TCell>.Links(x, a, previous));
        // Where Newton failed, products of many Jacobians may overflow although their contributions would vanish.
        if (outcome == NewtonOutcome.FellBack)
        {
            BlockBidiagonalSystem.SolveStepByStep(adjoint, links, fromEnd: true);
        }
        else
        {
            BlockBidiagonalSystem.Solve(adjoint, links, fromEnd: true);
        }
        return adjoint;
    }

    // The states after each row's last step, [S, B, H].
    private static torch.Tensor After(torch.Tensor states, int[]? lengths)
    {
        var size = states.shape;
        if (lengths is null)
        {
            return states.select(1, size[1] - 1).clone();
        }
        var steps = torch.tensor(lengths.Select(length => (long)length).ToArray(), device: states.device);
        return states.gather(1, steps.view(1, 1, -1, 1).expand(size[0], 1, size[2], size[3])).squeeze(1);
    }
}
