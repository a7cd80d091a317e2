using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using RowBatches = System.Collections.Generic.IEnumerable<(Microsoft.ML.Extensions.Columns.RowStore Store, System.ArraySegment<int> Rows, Microsoft.ML.Extensions.Columns.RowPart Part)>;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Scores documents by their features: a weighted sum and a feed-forward network, and with a base its weighted score.</summary>
/// <remarks>
/// Features are read as they are and by <c>sign(x) log(1 + |x|)</c>, both standardised. Without a base the network begins with a score of
/// 0; with one it begins as the base, whose weight minimises the loss.
/// </remarks>
internal sealed class NumericRankingNetwork : Network, IOnnxForm, IOwnLoss, IRandomized, IRowMemory, ISolved
{
    // Pairwise losses take the square of the list's length, so even unsampled lists have a limit.
    private const int LongestList = 4096;

    // One weight is solved, and the base was trained on more queries.
    private const int SolvedQueries = 512;

    // A feature as far as this from its mean, in standard deviations, says no more than one that is farther.
    private const double Far = 8;

    private static readonly Scalar s_far = Far, s_farBelow = -Far;

    private readonly NumberScore sum;
    private readonly NumberScore? baseScore;
    private readonly ModuleList<LinearLayer> hidden = new();
    private readonly Parameter? output;
    private readonly Parameter bias;
    private readonly SeededDropout drop;
    private readonly NumericDetails _details;
    private readonly RankingHead _head;
    private readonly int _list;
    private readonly int _width;

    public NumericRankingNetwork(NumericRankingOptions options, NumericDetails details, RankingHead head, Generator generator)
        : base(nameof(NumericRankingNetwork))
    {
        (_details, _head, _list, _width) = (details, head, options.ListSize, options.Layers * options.HiddenSize);
        sum = new NumberScore(2 * details.Features);
        baseScore = details.HasBase ? new NumberScore(1) : null;
        drop = new SeededDropout(options.Dropout, Randomness);
        for (var layer = 0; layer < options.Layers; layer++)
        {
            hidden.Add(new LinearLayer(layer == 0 ? 2L * details.Features : options.HiddenSize, options.HiddenSize, generator));
        }
        output = options.Layers > 0 ? Initial.Zeros(options.HiddenSize) : null;
        bias = Initial.Zeros(1);
        RegisterComponents();
    }

    public RandomSource Randomness { get; } = new();

    public bool BeginsSolved => baseScore is not null;

    public override Tensor forward(InputBatch batch) => Scores(Read(batch, null)).view(batch.Rows, -1);

    /// <remarks>The rows are documents, of the numbers alone.</remarks>
    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        using var scope = NewDisposeScope();
        var numbers = graph.Reshape(input, 0, _details.Numbers);
        var features = graph.Slice(numbers, 1, 0, _details.Features);
        // In double precision, in which 1 + |x| keeps a small x.
        var exact = graph.Cast(features, OnnxType.Double);
        var logarithm = graph.Op("Log", [graph.Plus(graph.Op("Abs", [exact]), graph.Constant([1.0]))]);
        var compressed = graph.Cast(graph.Times(graph.Op("Sign", [exact]), logarithm), OnnxType.Single);
        var inputs = sum.Standardized(graph, graph.Concat(1, features, compressed));
        inputs = graph.Op("Min", [graph.Op("Max", [inputs, graph.Number(-Far)]), graph.Number(Far)]);
        var scores = graph.Plus(sum.Weighted(graph, inputs), graph.Constant(bias));
        if (output is not null)
        {
            var values = hidden.Aggregate(inputs, (before, layer) => graph.Relu(layer.ToOnnx(graph, before)));
            scores = graph.Plus(scores, graph.Linear(values, output.unsqueeze(0)));
        }
        return baseScore is null ? scores : graph.Plus(scores, baseScore.Weighted(
            graph, baseScore.Standardized(graph, graph.Slice(numbers, 1, _details.Features, _details.Numbers))));
    }

    public long RowBytes(long steps) =>
        sizeof(float) * Math.Min(1 + (steps / _details.Numbers), _list) * ((8L * _details.Features) + (3L * _width));

    public Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss)
    {
        using var counts = batch.Values.select(1, 0).cpu().contiguous();
        var lists = new QueryLists(labels, [.. counts.AsSpan().ToArray().Select(count => (int)count)]);
        var random = new Random(training ? Randomness.NextSeed() : 0);
        var numbers = Read(batch, (row, count) => lists.Draw(row, count, training ? _list : LongestList, random));
        return loss(lists.Padded(Scores(numbers)), lists.Labels(labels.device));
    }

    public void Solve(RowBatches batches, bool ofAll, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        var queries = NumberLists.Of(
            batches.Where(batch => ofAll || batch.Part == RowPart.Training), _details.Numbers,
            (store, row) => NumberCoder.Read(store.Values(row), _details.Numbers), SolvedQueries, _list);
        sum.Standardize(Inputs(queries.All));
        if (baseScore is not null)
        {
            baseScore.Standardize(Base(queries.All));
            baseScore.Solve(Base(queries.Padded), scores => _head.Loss(scores, queries.Labels, 0).mean(), checkAlive);
        }
    }

    private Tensor Scores(Tensor numbers)
    {
        var inputs = sum.Standardized(Inputs(numbers)).clamp(s_farBelow, s_far);
        var values = inputs;
        foreach (var layer in hidden)
        {
            values = drop.call(layer.call(values).relu());
        }
        var scores = sum.Weighted(inputs).Plus(bias);
        scores = output is null ? scores : scores.Plus((values * output).sum(-1));
        return baseScore is null ? scores : scores.Plus(baseScore.call(Base(numbers)));
    }

    private Tensor Inputs(Tensor numbers)
    {
        var features = numbers.narrow(-1, 0, _details.Features);
        return cat([features, features.sign() * features.abs().log1p()], -1);
    }

    private Tensor Base(Tensor numbers) => numbers.narrow(-1, _details.Features, 1);

    private Tensor Read(InputBatch batch, Func<int, int, int[]?>? choose)
    {
        using var values = batch.Values.cpu().contiguous();
        var span = values.AsSpan();
        var width = _details.Numbers;
        var stride = span.Length / batch.Rows;
        var chosen = new List<float>();
        for (var row = 0; row < batch.Rows; row++)
        {
            var (count, numbers) = NumberCoder.Read(span.Slice(row * stride, stride), width);
            foreach (var place in choose?.Invoke(row, count) ?? [.. Enumerable.Range(0, count)])
            {
                chosen.AddRange(numbers.AsSpan(place * width, width));
            }
        }
        return tensor(chosen.ToArray(), [chosen.Count / width, width], ScalarType.Float32, device: batch.Values.device);
    }
}
