using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A recurrence in one direction: <c>[B, T, D]</c> and the valid steps of each row to <c>[B, T, H]</c>, zero beyond them.
/// </summary>
internal abstract class ScanLayer(string name) : nn.Module<Tensor, int[]?, Tensor>(name), IOnnxForm
{
    /// <summary>H.</summary>
    public abstract int OutputSize { get; }

    /// <summary>About how many numbers training keeps for a step of a row, intermediate ones included.</summary>
    public abstract long StepNumbers { get; }

    /// <summary>The states of this layer and of one in the opposite direction, <c>[B, T, 2 H]</c>, as one operation; null where there is none.</summary>
    public virtual Tensor? Both(Tensor sequence, int[]? lengths, ScanLayer backwards) => null;

    /// <summary>As forward, for further steps of rows that continue from <paramref name="name"/> in <paramref name="state"/>.</summary>
    public abstract Tensor Advance(Tensor steps, StreamState state, string name);

    public abstract OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input);
}
