using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A residual block of a <see cref="SequenceNetwork"/>: steps <c>[B, T, D]</c> to steps of the same shape.</summary>
internal abstract class SequenceBlock(string name) : nn.Module<Tensor, InputBatch, Tensor>(name), IOnnxForm
{
    /// <summary>
    /// Why the block cannot go step by step in bounded memory, and which option to set, as a part of a sentence; null where it can.
    /// </summary>
    public virtual string? StreamingObstacle => null;

    /// <summary>About how many numbers training keeps for a step of a row, intermediate ones included; measured (<c>benchmarks -- memory</c>).</summary>
    public abstract long StepNumbers { get; }

    /// <summary>As forward in scoring, for further steps <c>[B, t, D]</c> of rows that continue from <paramref name="state"/>.</summary>
    public abstract Tensor Advance(Tensor steps, StreamState state);

    public abstract OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input);
}
