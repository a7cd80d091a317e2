using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>Dropout (Srivastava et al. 2014) that draws from the network's own generator.</summary>
/// <param name="rate">The part of values set to zero, 0 to 1.</param>
/// <param name="randomness">What to draw from.</param>
/// <param name="tiedOverTime">
/// True to draw once per row and channel of <c>[B, T, H]</c>, which a recurrence needs; false to draw for each value.
/// </param>
internal sealed class SeededDropout(double rate, RandomSource randomness, bool tiedOverTime = false) : nn.Module<Tensor, Tensor>("dropout")
{
    private readonly Scalar _rate = rate;
    private readonly Scalar _kept = 1 - rate;

    public override Tensor forward(Tensor input)
    {
        var shape = input.shape;
        if (tiedOverTime)
        {
            shape[1] = 1;
        }
        return Kept(shape, input) is { } kept ? input * kept : input;
    }

    /// <summary>The factors of values: 0 for those that are dropped; null where none are.</summary>
    /// <param name="shape">The shape of the factors.</param>
    /// <param name="like">A tensor of their type and device.</param>
    public Tensor? Kept(long[] shape, Tensor like) => !training || rate == 0 ? null
        : TorchMemory.Uniform(shape, randomness.Generator, like.dtype, like.device).ge(_rate).to_type(like.dtype) / _kept;
}
