using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Sequence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>One mode of an attention layer of width D for one row, to measure time and memory.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Kind">The kind of query.</param>
/// <param name="Mode">The mode of computation.</param>
/// <param name="LongestSteps">The longest input; beyond it the mode would use up all memory.</param>
internal sealed record AttentionPath(string Name, AttentionKind Kind, AttentionMode Mode, long LongestSteps = long.MaxValue)
{
    public const int Channels = 64, Heads = 4;

    public static IReadOnlyList<AttentionPath> All { get; } =
    [
        new("fused", AttentionKind.Aaren, AttentionMode.Fused),
        new("scan", AttentionKind.Aaren, AttentionMode.Scan),
        new("masked softmax", AttentionKind.Aaren, AttentionMode.Softmax, LongestSteps: 4096),
        new("causal softmax", AttentionKind.CausalSoftmax, AttentionMode.Auto),
    ];

    public AttentionLayer Layer() => Kind == AttentionKind.Aaren
        ? new AarenLayer(Channels, Heads, Mode, new Generator(1))
        : new SelfAttentionLayer(Channels, Heads, AttentionLayer.HeadWidth(Channels, Heads), causal: true, new Generator(1));

    /// <summary>
    /// Creates an action that runs a layer forward and backward over the given number of steps. The input needs a gradient too, as it does
    /// inside a network.
    /// </summary>
    public Action TrainingStep(int steps)
    {
        var layer = Layer();
        var x = randn([1, steps, Channels], generator: new Generator(2)).requires_grad_();
        var cotangent = randn([1, steps, Channels], generator: new Generator(3));
        return () =>
        {
            using var scope = NewDisposeScope();
            layer.zero_grad();
            x.grad = null;
            layer.call(x, new InputBatch(x, [steps])).backward([cotangent]);
        };
    }
}
