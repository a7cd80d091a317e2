using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The discrete systems of a <see cref="StateSpace"/>, one step at a time.</summary>
internal abstract class SteppedStateSpace
{
    /// <summary>The states of a number of rows before their first step.</summary>
    public abstract Tensor Zero(long rows);

    /// <summary>The states after another input.</summary>
    /// <param name="state">The result of <see cref="Zero"/> or of the previous step.</param>
    /// <param name="input">u, <c>[B, H]</c>.</param>
    public abstract Tensor Next(Tensor state, Tensor input);

    /// <summary><c>C x</c>, <c>[B, H, M]</c>.</summary>
    public abstract Tensor Output(Tensor state);
}
