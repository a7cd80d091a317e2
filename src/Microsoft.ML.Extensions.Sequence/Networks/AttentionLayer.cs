using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Multi-head attention of a row's steps to each other: <c>[B, T, D]</c> to the same shape.</summary>
internal abstract class AttentionLayer(string name) : nn.Module<Tensor, InputBatch, Tensor>(name), IOnnxForm
{
    /// <summary>The default number of channels of a head: D / heads, rounded up, so that any number of heads fits any D.</summary>
    public static int HeadWidth(int channels, int heads) => (channels + heads - 1) / heads;

    /// <summary>
    /// As forward, for further steps <c>[B, t, D]</c> of rows that go on from <paramref name="state"/>, where a step attends only to itself
    /// and to earlier steps.
    /// </summary>
    public abstract Tensor Advance(Tensor steps, StreamState state);

    public abstract OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input);
}
