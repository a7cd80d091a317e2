using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Ordinary self-attention (Vaswani et al. 2017, arXiv 1706.03762, section 3.2), each step with its own query, in which no step sees a
/// later one. libtorch computes it block by block, so that training takes memory in proportion to T and time in proportion to its square.
/// </summary>
internal sealed class CausalSoftmaxLayer : AttentionLayer
{
    private const string Keys = "keys", SeenValues = "values";

    private readonly LinearLayer query;
    private readonly Parameter key;
    private readonly LinearLayer value;
    private readonly LinearLayer exit;
    private readonly long _heads;

    /// <param name="channels">D.</param>
    /// <param name="heads">Queries a step.</param>
    /// <param name="generator">The source of the first weights.</param>
    public CausalSoftmaxLayer(long channels, long heads, Generator generator)
        : base(nameof(CausalSoftmaxLayer))
    {
        _heads = heads;
        var inside = heads * HeadWidth(channels, heads);
        query = new LinearLayer(channels, inside, generator);
        key = Initial.Uniform(channels, generator, inside, channels);
        value = new LinearLayer(channels, inside, generator);
        exit = new LinearLayer(inside, channels, generator);
        RegisterComponents();
    }

    // Padding stands behind all valid steps, which therefore do not see it.
    public override Tensor forward(Tensor steps, InputBatch batch) => Exit(nn.functional.scaled_dot_product_attention(
        ByHead(query.call(steps)), KeysOf(steps), ByHead(value.call(steps)), is_casual: true));

    /// <remarks>The state is the keys and values of all steps so far: the one state of the package that grows.</remarks>
    public override Tensor Advance(Tensor steps, StreamState state)
    {
        var keys = Append(state, Keys, KeysOf(steps));
        var values = Append(state, SeenValues, ByHead(value.call(steps)));
        var (count, seen) = (steps.shape[1], keys.shape[2]);
        // A single step sees all before it.
        var visible = count == 1 ? null : ones(count, seen, ScalarType.Bool, steps.device).tril(seen - count);
        return Exit(nn.functional.scaled_dot_product_attention(ByHead(query.call(steps)), keys, values, visible));
    }

    private static Tensor Append(StreamState state, string name, Tensor further)
    {
        var size = further.shape;
        size[2] = 0;
        var all = cat([state.Get(name, () => zeros(size, further.dtype, further.device)), further], 2);
        state.Set(name, all);
        return all;
    }

    private Tensor KeysOf(Tensor steps) => ByHead(nn.functional.linear(steps, key));

    // [B, T, Heads * W] -> [B, Heads, T, W].
    private Tensor ByHead(Tensor steps) => steps.view(steps.shape[0], steps.shape[1], _heads, -1).transpose(1, 2);

    private Tensor Exit(Tensor outputs) => exit.call(outputs.transpose(1, 2).flatten(2));
}
