using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The attention layer of Feng et al. 2024 (arXiv 2405.13956, section 3.3): keys and values from the steps, one learned query per head,
/// one output per step.
/// </summary>
/// <remarks>
/// Since the query does not depend on the steps, it is multiplied into the key matrix first, and a head's score is one product of
/// length D per step. Differs from the paper: the learned query is not projected (a projected learned vector is a learned vector), and keys
/// have no bias (it would add a constant to all scores, which a softmax ignores).
/// </remarks>
internal sealed class AarenLayer : AttentionLayer, IWeightMatrices
{
    private const string Largest = "largest", Sums = "sums", Weights = "weights";

    private readonly Parameter query;
    private readonly Parameter key;
    private readonly LinearLayer value;
    private readonly LinearLayer exit;
    private readonly long _heads;
    private readonly long _width;
    private readonly Scalar _rootWidth;
    private readonly AttentionMode _mode;

    /// <param name="channels">D.</param>
    /// <param name="heads">The number of queries.</param>
    /// <param name="mode">How attention is computed in training and in scoring whole rows.</param>
    /// <param name="generator">The source of the first weights.</param>
    public AarenLayer(int channels, int heads, AttentionMode mode, Generator generator)
        : base(nameof(AarenLayer))
    {
        (_heads, _width, _mode) = (heads, HeadWidth(channels, heads), mode);
        _rootWidth = Math.Sqrt(_width);
        var inside = _heads * _width;
        query = Initial.Normal(1, generator, inside);
        key = Initial.Uniform(channels, generator, inside, channels);
        value = new LinearLayer(channels, inside, generator);
        exit = new LinearLayer(inside, channels, generator);
        RegisterComponents();
    }

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(key), key)];

    public override Tensor forward(Tensor steps, InputBatch batch)
    {
        InputTrace.Add(key, steps);
        var scores = nn.functional.linear(steps, ScoreWeights());
        var outputs = PrefixAttention.Run(scores, Values(steps), batch.IsFull ? null : batch.Lengths, _mode);
        return exit.call(outputs.flatten(2));
    }

    /// <remarks>
    /// The state is (m, u, w) of every head, for any number of steps; in double precision, since a stream's sums may grow without
    /// limit.
    /// </remarks>
    public override Tensor Advance(Tensor steps, StreamState state)
    {
        var scores = nn.functional.linear(steps, state.Held(Weights, ScoreWeights)).to_type(ScalarType.Float64);
        var values = Values(steps).to_type(ScalarType.Float64);
        Lazy<PrefixSums> none = new(() => PrefixSums.Empty(ScalarType.Float64, steps.device, steps.shape[0], 1, _heads, _width));
        PrefixSums before = new(state.Get(Largest, () => none.Value.Largest), state.Get(Sums, () => none.Value.Sums));
        var prefixes = PrefixSums.Join(before, PrefixSums.Of(scores, values)).Scan().Narrow(1, steps.shape[1]);
        var last = prefixes.Narrow(steps.shape[1] - 1, 1);
        state.Set(Largest, last.Largest.clone());
        state.Set(Sums, last.Sums.clone());
        return exit.call(prefixes.Mean().to_type(steps.dtype).flatten(2));
    }

    // The running softmax of the paper's recurrence: the largest score, and the sums of weights and of weighted values relative to it.
    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        using var scope = NewDisposeScope();
        var scores = graph.Reshape(graph.Linear(input, ScoreWeights()), 0, 0, _heads, 1);
        var values = graph.Reshape(value.ToOnnx(graph, input), 0, 0, _heads, _width);
        // As in Advance.
        var type = graph.Stream is null ? OnnxType.Single : OnnxType.Double;
        var outputs = graph.Scan(
            [new OnnxState(float.MinValue, _heads, 1), new OnnxState(0, _heads, 1), new OnnxState(0, _heads, _width)],
            [graph.Cast(scores, type), graph.Cast(values, type)], reverse: false,
            (step, state, x) =>
            {
                var largest = step.Op("Max", [state[0], x[0]]);
                var (kept, weight) = (step.Op("Exp", [step.Minus(state[0], largest)]), step.Op("Exp", [step.Minus(x[0], largest)]));
                var weights = step.Plus(step.Times(state[1], kept), weight);
                var sums = step.Plus(step.Times(state[2], kept), step.Times(x[1], weight));
                return ([largest, weights, sums], [step.Over(sums, weights)]);
            }, type).Outputs[0];
        return exit.ToOnnx(graph, graph.Reshape(graph.Cast(outputs, OnnxType.Single), 0, 0, _heads * _width));
    }

    // [Heads, D]: the score of a step is its product with this.
    private Tensor ScoreWeights() => (key.view(_heads, _width, -1) * query.view(_heads, _width, 1)).sum(1) / _rootWidth;

    private Tensor Values(Tensor steps) => value.call(steps).view(steps.shape[0], steps.shape[1], _heads, _width);
}
