using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// All steps of a recurrence at once: Newton's method on the system h_t - f(h_(t-1), x_t) = 0 for t = 1..T (Danieli et al. 2025,
/// arXiv 2510.21450; Lim et al. 2023, arXiv 2309.12252). It begins at f(0, x_t); each iteration evaluates f and its Jacobian at all
/// steps and solves a <see cref="BlockBidiagonalSystem"/>. K iterations are exact in the first K steps.
/// </summary>
/// <remarks>
/// Whether more iterations or the loop are needed is decided for each row and channel from its first step on, by its own residuals
/// up to there: to the last bit, a step's result depends neither on later steps nor on other rows.
/// </remarks>
internal sealed class NewtonIteration<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private readonly torch.Tensor[] _x;
    private readonly torch.Tensor[] _a;
    private readonly torch.Tensor[] _previous;
    private readonly torch.Tensor[] _current;
    private readonly torch.Tensor? _valid;
    private readonly NewtonSettings _settings;

    /// <param name="x">The inputs with biases, G tensors [T, B, H], T at least 1.</param>
    /// <param name="a">The parameters, P tensors [H].</param>
    /// <param name="states">s_0, then T zeros, [S, T + 1, B, H]: filled by <see cref="Run"/>.</param>
    /// <param name="valid">Which steps count, [T, B, 1]; null for all.</param>
    /// <param name="settings">How to iterate.</param>
    public NewtonIteration(torch.Tensor[] x, torch.Tensor[] a, torch.Tensor states, torch.Tensor? valid, NewtonSettings settings)
    {
        var steps = x[0].shape[0];
        (_x, _a, _valid, _settings) = (x, a, valid, settings);
        (_previous, _current) = (states.narrow(1, 0, steps).unbind(0), states.narrow(1, 1, steps).unbind(0));
    }

    public NewtonOutcome Run()
    {
        using var scope = torch.NewDisposeScope();
        Guess();
        Iterate(_settings.Iterations, null);
        if (IsSettled(LargestResidual()))
        {
            return NewtonOutcome.Converged;
        }
        GoOn();
        var residual = LargestResidual();
        if (IsSettled(residual))
        {
            return NewtonOutcome.Raised;
        }
        FallBack(Exceeds(residual, _settings.Tolerance));
        return NewtonOutcome.FellBack;
    }

    /// <summary>
    /// The Jacobians of all steps but the first, S * S tensors [T - 1, B, H]: the derivative of each step's state by the previous one.
    /// </summary>
    public static torch.Tensor[] Links(torch.Tensor[] x, torch.Tensor[] a, torch.Tensor[] previous) =>
        TensorCell<TCell>.Jacobian(Later(x), a, Later(previous));

    private static torch.Tensor[] Later(torch.Tensor[] steps) => [.. steps.Select(step => step.narrow(0, 1, step.shape[0] - 1))];

    private void Guess()
    {
        using var scope = torch.NewDisposeScope();
        Set(_current, TensorCell<TCell>.Step(_x, _a, _previous));
    }

    private void GoOn()
    {
        for (var done = _settings.Iterations; done < _settings.MostIterations; done *= 2)
        {
            using var scope = torch.NewDisposeScope();
            var residual = LargestResidual();
            var active = Exceeds(residual, _settings.Tolerance).logical_and(Exceeds(residual, _settings.FailAbove).logical_not());
            if (!active.any().Item<bool>())
            {
                return;
            }
            Iterate(done, active);
        }
    }

    private void Iterate(int iterations, torch.Tensor? active)
    {
        using Scalar damping = _settings.Damping;
        for (var i = 0; i < iterations; i++)
        {
            using var scope = torch.NewDisposeScope();
            var correction = Differences().Select(difference => Only(active, difference)).ToArray();
            BlockBidiagonalSystem.Solve(correction, Links(_x, _a, _previous), fromEnd: false);
            for (var state = 0; state < correction.Length; state++)
            {
                _current[state].add_(Only(active, correction[state]), damping);
            }
        }
    }

    private static torch.Tensor Only(torch.Tensor? active, torch.Tensor value) =>
        active is null ? value : torch.where(active, value, torch.zeros_like(value));

    // f(s_(t-1), x_t) - s_t.
    private torch.Tensor[] Differences() =>
        [.. TensorCell<TCell>.Step(_x, _a, _previous).Zip(_current, (next, current) => next.Minus(current))];

    // The maximum over all states of a channel, and over all steps up to each: [T, B, H].
    private torch.Tensor LargestResidual()
    {
        using var scope = torch.NewDisposeScope();
        var largest = Differences().Select(difference => difference.abs()).Aggregate(torch.maximum);
        if (_valid is not null)
        {
            largest = torch.where(_valid, largest, torch.zeros_like(largest));
        }
        return largest.RunningMaximum().MoveToOuterDisposeScope();
    }

    private bool IsSettled(torch.Tensor residual) => !Exceeds(residual, _settings.Tolerance).any().Item<bool>();

    // NaN counts as exceeding.
    private static torch.Tensor Exceeds(torch.Tensor residual, double bound)
    {
        using Scalar number = bound;
        return residual.le(number).logical_not();
    }

    private void FallBack(torch.Tensor where)
    {
        using var scope = torch.NewDisposeScope();
        var walked = _current.Select(current => torch.empty_like(current)).ToArray();
        var state = At(_previous, 0);
        for (var step = 0; step < _x[0].shape[0]; step++)
        {
            using var one = torch.NewDisposeScope();
            state = TensorCell<TCell>.Step(At(_x, step), _a, state);
            Set(At(walked, step), state);
            one.MoveToOuter(state);
        }
        Set(_current, [.. walked.Zip(_current, (value, current) => torch.where(where, value, current))]);
    }

    private static torch.Tensor[] At(torch.Tensor[] tensors, long step) => [.. tensors.Select(tensor => tensor[step])];

    private static void Set(torch.Tensor[] targets, torch.Tensor[] values)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i].copy_(values[i]);
        }
    }
}
