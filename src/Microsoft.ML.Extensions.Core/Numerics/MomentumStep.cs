using System.Numerics;

namespace Microsoft.ML.Extensions.Numerics;

/// <summary>One step of gradient descent with momentum: <c>b = mu b + (g + decay w)</c>, <c>w = w - rate b</c>.</summary>
/// <param name="Rate">The step size.</param>
/// <param name="Momentum">mu, 0 for plain descent.</param>
/// <param name="Decay">The part of the weights that is added to the gradient.</param>
internal readonly record struct MomentumStep(float Rate, float Momentum, float Decay)
{
    /// <summary>Updates the weights; all spans have the same length.</summary>
    public void Apply(Span<float> weights, ReadOnlySpan<float> gradient, Span<float> velocity)
    {
        var at = 0;
        for (; at <= weights.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            var w = new Vector<float>(weights[at..]);
            var b = new Vector<float>(velocity[at..]) * Momentum + new Vector<float>(gradient[at..]) + w * Decay;
            b.CopyTo(velocity[at..]);
            (w - b * Rate).CopyTo(weights[at..]);
        }
        for (; at < weights.Length; at++)
        {
            velocity[at] = velocity[at] * Momentum + gradient[at] + weights[at] * Decay;
            weights[at] -= velocity[at] * Rate;
        }
    }
}
