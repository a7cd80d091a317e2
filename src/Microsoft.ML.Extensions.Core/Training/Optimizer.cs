using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Updates weights from gradients by the optimiser of the options, with weight decay only where the network allows it.</summary>
/// <remarks>
/// TorchSharp's optimisers pass numbers to native code as temporary objects that the garbage collector may free while they are
/// read, which was observed to fail beside other busy threads. On the CPU one vectorised loop per parameter also replaces a dozen native
/// calls. On other devices the same formulas run as tensor operations.
/// </remarks>
internal sealed class Optimizer : IDisposable
{
    /// <summary>The name of the step count in <see cref="State"/>.</summary>
    public const string StepName = "step";

    private const double MomentumFactor = 0.9;
    private const string FirstPrefix = "first/";
    private const string SecondPrefix = "second/";

    private readonly OptimizerKind _kind;
    private readonly Slot[] _slots;
    private long _steps;

    public Optimizer(Network network, TrainingOptions options)
    {
        _kind = options.Optimizer;
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        _slots = ParameterRule.Of(network)
            .Select(rule => new Slot(
                rule.Name, rule.Parameter, rule.Decays ? options.WeightDecay : 0, rule.RateFactor,
                zeros_like(rule.Parameter),
                IsAdam ? zeros_like(rule.Parameter) : null))
            .ToArray();
        foreach (var slot in _slots)
        {
            slot.First.DetachFromDisposeScope();
            slot.Second?.DetachFromDisposeScope();
        }
    }

    private bool IsAdam => _kind is OptimizerKind.Adam or OptimizerKind.AdamW;

    /// <summary>The values that the next step depends on, apart from the weights.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() => _slots
        .SelectMany(slot => new[] { (FirstPrefix + slot.Name, slot.First), (SecondPrefix + slot.Name, slot.Second) })
        .Where(pair => pair.Item2 is not null)
        .Select(pair => (pair.Item1, pair.Item2!))
        .Append((StepName, tensor(_steps)));

    /// <summary>The moments of a parameter, in its shape.</summary>
    public IEnumerable<Tensor> MomentsOf(Parameter parameter)
    {
        var slot = Array.Find(_slots, one => ReferenceEquals(one.Parameter, parameter) || one.Parameter.Handle == parameter.Handle)!;
        return slot.Second is null ? [slot.First] : [slot.First, slot.Second];
    }

    /// <summary>Restores a saved state.</summary>
    /// <exception cref="KeyNotFoundException">A value is missing.</exception>
    public void Restore(Func<string, Tensor> state)
    {
        using var _ = no_grad();
        foreach (var slot in _slots)
        {
            slot.First.copy_(state(FirstPrefix + slot.Name));
            slot.Second?.copy_(state(SecondPrefix + slot.Name));
        }
        _steps = state(StepName).Item<long>();
    }

    /// <summary>Forgets all steps.</summary>
    public void Reset()
    {
        _steps = 0;
        using var scope = NewDisposeScope();
        foreach (var slot in _slots)
        {
            slot.First.zero_();
            slot.Second?.zero_();
        }
    }

    /// <summary>Updates every parameter that has a gradient.</summary>
    /// <param name="rate">The step size.</param>
    public void Step(double rate)
    {
        _steps++;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var slot in _slots)
        {
            if (slot.Parameter.grad is { } gradient)
            {
                Move(slot, gradient, rate * slot.RateFactor);
            }
        }
    }

    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.First.Dispose();
            slot.Second?.Dispose();
        }
    }

    private void Move(Slot slot, Tensor gradient, double rate)
    {
        var onCpu = slot.Parameter.device_type == DeviceType.CPU && slot.Parameter.dtype == ScalarType.Float32;
        if (slot.Second is not null)
        {
            var step = AdamStep.Of(_steps, rate, slot.Decay, _kind == OptimizerKind.AdamW);
            if (onCpu)
            {
                step.Apply(slot.Parameter.AsSpan(), gradient.contiguous().AsSpan(), slot.First.AsSpan(), slot.Second.AsSpan());
            }
            else
            {
                TensorUpdates.Adam(step, slot.Parameter, gradient, slot.First, slot.Second);
            }
            return;
        }
        var momentum = new MomentumStep((float)rate, _kind == OptimizerKind.Momentum ? (float)MomentumFactor : 0, (float)slot.Decay);
        if (onCpu)
        {
            momentum.Apply(slot.Parameter.AsSpan(), gradient.contiguous().AsSpan(), slot.First.AsSpan());
        }
        else
        {
            TensorUpdates.Momentum(momentum, slot.Parameter, gradient, slot.First);
        }
    }

    private sealed record Slot(string Name, Parameter Parameter, double Decay, double RateFactor, Tensor First, Tensor? Second);
}
