using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// REINFORCE (Williams 1992): the gradient of the expected reward is the mean over rollouts of <c>(R_k - b_k) grad log pi(a_k)</c>.
/// </summary>
/// <remarks>
/// <c>b_k</c> is the mean reward of the other rollouts, which does not depend on <c>a_k</c>, so the estimate is unbiased. Differs from the
/// published code of N2N, which gives every rollout the same advantage, the mean reward less a running mean.
/// </remarks>
internal sealed class PolicyLearner : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly (Tensor First, Tensor Second)[] _moments;
    private readonly double _rate;
    private int _steps;

    /// <param name="policy">What learns: all of its parameters.</param>
    /// <param name="rate">The learning rate of Adam.</param>
    public PolicyLearner(nn.Module policy, double rate)
    {
        (_parameters, _rate) = ([.. policy.parameters()], rate);
        _moments = [.. _parameters.Select(one => (zeros_like(one).DetachFromDisposeScope(), zeros_like(one).DetachFromDisposeScope()))];
    }

    /// <summary>A number whose gradient is the negative estimate.</summary>
    /// <param name="logProbabilities">Of the rollouts, <c>[N]</c>, two or more.</param>
    /// <param name="rewards">Their rewards.</param>
    public static Tensor Loss(Tensor logProbabilities, IReadOnlyList<double> rewards)
    {
        var (count, sum) = (rewards.Count, rewards.Sum());
        float[] advantages = [.. rewards.Select(reward => (float)(reward - ((sum - reward) / (count - 1))))];
        return (advantages.ToAligned(count) * logProbabilities).mean().neg();
    }

    /// <summary>A step along the estimate.</summary>
    public void Step(Tensor loss)
    {
        foreach (var parameter in _parameters)
        {
            parameter.grad?.zero_();
        }
        loss.backward();
        var step = AdamStep.Of(++_steps, _rate, 0, decoupled: false);
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (_parameters[i].grad is { } gradient)
            {
                using var own = gradient.contiguous();
                step.Apply(_parameters[i].AsSpan(), own.AsSpan(), _moments[i].First.AsSpan(), _moments[i].Second.AsSpan());
            }
        }
    }

    public void Dispose()
    {
        foreach (var (first, second) in _moments)
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
