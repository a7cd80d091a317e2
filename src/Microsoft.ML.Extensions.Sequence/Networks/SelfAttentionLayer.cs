using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Self-attention (Vaswani et al. 2017, arXiv 1706.03762, section 3.2), each step with its own query. A head with the matrices Q,
/// K and V gives <c>softmax(X Q (X K)^T / sqrt(W)) X V</c>; the concatenated outputs of all heads pass through a linear layer.
/// </summary>
/// <remarks>
/// libtorch computes it block by block, so that memory is proportional to T and time to its square.
/// Keys have no bias: it would add a constant to all scores of a query, which a softmax ignores.
/// </remarks>
internal sealed class SelfAttentionLayer : AttentionLayer, IWeightMatrices
{
    private const string Keys = "keys", SeenValues = "values";

    private readonly LinearLayer query;
    private readonly Parameter key;
    private readonly LinearLayer value;
    private readonly LinearLayer exit;
    private readonly long _heads;
    private readonly bool _causal;

    /// <param name="channels">D.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="width">W, the channels of a head's queries, keys and values.</param>
    /// <param name="causal">Whether a step attends only to itself and earlier steps, and not to all valid ones.</param>
    /// <param name="generator">The source of the first weights.</param>
    public SelfAttentionLayer(long channels, long heads, long width, bool causal, Generator generator)
        : base(nameof(SelfAttentionLayer))
    {
        (_heads, _causal) = (heads, causal);
        var inside = heads * width;
        query = new LinearLayer(channels, inside, generator);
        key = Initial.Uniform(channels, generator, inside, channels);
        value = new LinearLayer(channels, inside, generator);
        exit = new LinearLayer(inside, channels, generator);
        RegisterComponents();
    }

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(key), key)];

    public override Tensor forward(Tensor steps, InputBatch batch) => Exit(nn.functional.scaled_dot_product_attention(
        ByHead(query.call(steps)), KeysOf(steps), ByHead(value.call(steps)), Visible(batch), is_casual: _causal));

    /// <remarks>The state is the keys and values of all steps so far: the only state of the package that grows.</remarks>
    public override Tensor Advance(Tensor steps, StreamState state)
    {
        var keys = Append(state, Keys, KeysOf(steps));
        var values = Append(state, SeenValues, ByHead(value.call(steps)));
        var (count, seen) = (steps.shape[1], keys.shape[2]);
        // A single step attends to all previous ones.
        var visible = count == 1 ? null : ones(count, seen, ScalarType.Bool, steps.device).tril(seen - count);
        return Exit(nn.functional.scaled_dot_product_attention(ByHead(query.call(steps)), keys, values, visible));
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var width = key.shape[0] / _heads;
        OnnxValue ByHead(OnnxValue steps) => graph.Transpose(graph.Reshape(steps, 0, 0, _heads, width), 0, 2, 1, 3);
        var queries = graph.Scaled(ByHead(query.ToOnnx(graph, input)), 1 / Math.Sqrt(width));
        var (keys, values) = (graph.Linear(input, key), value.ToOnnx(graph, input));
        if (graph.Stream is { } stream)
        {
            (keys, values) = (stream.Append(keys, _heads * width), stream.Append(values, _heads * width));
        }
        var scores = graph.MatMul(queries, graph.Transpose(ByHead(keys), 0, 1, 3, 2));
        if (_causal)
        {
            var (count, all) = (graph.Length(input, 1), graph.Length(keys, 1));
            var places = graph.Plus(graph.Range(count), graph.Minus(all, count));
            var isLater = graph.Op("Less", [graph.Unsqueeze(places, 1), graph.Range(all)]);
            scores = graph.Op("Where", [isLater, graph.Number(float.NegativeInfinity), scores]);
        }
        var outputs = graph.MatMul(graph.Softmax(scores, 3), ByHead(values));
        return exit.ToOnnx(graph, graph.Reshape(graph.Transpose(outputs, 0, 2, 1, 3), 0, 0, _heads * width));
    }

    private static Tensor Append(StreamState state, string name, Tensor further)
    {
        var size = further.shape;
        size[2] = 0;
        var all = cat([state.Get(name, () => zeros(size, further.dtype, further.device)), further], 2);
        state.Set(name, all);
        return all;
    }

    // Padding follows all valid steps, so causal attention never reaches it. [B, 1, 1, T]: the same for all heads and queries.
    private Tensor? Visible(InputBatch batch) =>
        _causal || batch.IsFull ? null : batch.Mask.ne(Numbers.Zero).view(batch.Rows, 1, 1, -1);

    private Tensor KeysOf(Tensor steps)
    {
        InputTrace.Add(key, steps);
        return ByHead(nn.functional.linear(steps, key));
    }

    // [B, T, Heads * W] -> [B, Heads, T, W].
    private Tensor ByHead(Tensor steps) => steps.view(steps.shape[0], steps.shape[1], _heads, -1).transpose(1, 2);

    private Tensor Exit(Tensor outputs) => exit.call(outputs.transpose(1, 2).flatten(2));
}
