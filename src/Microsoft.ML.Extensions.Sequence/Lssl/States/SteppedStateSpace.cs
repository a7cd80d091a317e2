using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The discrete systems of a <see cref="StateSpace"/>, one step at a time.</summary>
internal abstract class SteppedStateSpace
{
    /// <summary>The states of so many rows before their first step.</summary>
    public abstract Tensor Zero(long rows);

    /// <summary>The states after one more input.</summary>
    /// <param name="state">What <see cref="Zero"/> or a step before gave.</param>
    /// <param name="input">u, <c>[B, H]</c>.</param>
    public abstract Tensor Next(Tensor state, Tensor input);

    /// <summary><c>C x</c>, <c>[B, H, M]</c>.</summary>
    public abstract Tensor Output(Tensor state);
}
