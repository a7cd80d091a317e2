using System.Numerics;

namespace Microsoft.ML.Extensions.Numerics;

/// <summary>
/// One step of Adam (Kingma and Ba 2014, arXiv 1412.6980, algorithm 1), with decoupled decay (Loshchilov and Hutter, arXiv 1711.05101) or
/// without.
/// </summary>
/// <param name="Rate">The step size divided by the first moment's bias correction, <c>lr / (1 - beta1^t)</c>.</param>
/// <param name="RootBias">The root of the second moment's bias correction, <c>sqrt(1 - beta2^t)</c>.</param>
/// <param name="Shrink">The factor of the weights before the step: <c>1 - lr decay</c> where decay is decoupled, else 1.</param>
/// <param name="Decay">The part of the weights that is added to the gradient: 0 where decay is decoupled.</param>
internal readonly record struct AdamStep(float Rate, float RootBias, float Shrink, float Decay)
{
    public const float Beta1 = 0.9f;
    public const float Beta2 = 0.999f;
    public const float Epsilon = 1e-8f;

    /// <summary>The step with this number, from 1.</summary>
    public static AdamStep Of(long step, double rate, double decay, bool decoupled) => new(
        (float)(rate / (1 - Math.Pow(Beta1, step))),
        (float)Math.Sqrt(1 - Math.Pow(Beta2, step)),
        decoupled ? (float)(1 - rate * decay) : 1,
        decoupled ? 0 : (float)decay);

    /// <summary>Updates the weights; all spans have the same length.</summary>
    public void Apply(Span<float> weights, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second)
    {
        var at = 0;
        for (; at <= weights.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            var w = new Vector<float>(weights[at..]) * Shrink;
            var g = new Vector<float>(gradient[at..]) + w * Decay;
            var m = new Vector<float>(first[at..]) * Beta1 + g * (1 - Beta1);
            var v = new Vector<float>(second[at..]) * Beta2 + g * g * (1 - Beta2);
            m.CopyTo(first[at..]);
            v.CopyTo(second[at..]);
            (w - m * Rate / (Vector.SquareRoot(v) / new Vector<float>(RootBias) + new Vector<float>(Epsilon))).CopyTo(weights[at..]);
        }
        for (; at < weights.Length; at++)
        {
            var w = weights[at] * Shrink;
            var g = gradient[at] + w * Decay;
            first[at] = first[at] * Beta1 + g * (1 - Beta1);
            second[at] = second[at] * Beta2 + g * g * (1 - Beta2);
            weights[at] = w - first[at] * Rate / (MathF.Sqrt(second[at]) / RootBias + Epsilon);
        }
    }
}
