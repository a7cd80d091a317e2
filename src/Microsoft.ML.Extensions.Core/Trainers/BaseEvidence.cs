using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>Measures the gain of networks over a base, on rows that neither was trained on.</summary>
/// <param name="head">The task.</param>
/// <param name="parts">The rows to measure on.</param>
/// <param name="checkAlive">Throws when the fit was cancelled.</param>
internal sealed class BaseEvidence(TaskHead head, BaseParts parts, Action checkAlive)
{
    private const int LossesTogether = 256;

    // Fewer rows are too few for any conclusion.
    private const int LeastRows = 10;

    private readonly List<(JudgedRows Judged, List<RowOutputs> Networks)> _judged = [];

    /// <summary>The weights of base and networks.</summary>
    public StackingWeights Weights { get; private set; } = StackingWeights.All[0];

    /// <summary>The mean decrease of the loss by the networks so far, and its standard error.</summary>
    public (double Gain, double StandardError) Found { get; private set; }

    /// <summary>Whether the networks are worth keeping.</summary>
    public bool Convinces => Weights.AreWorthIt(Found.Gain, Found.StandardError, parts.AreFolds);

    /// <summary>Whether to train no further networks: even the gain plus a standard error is not positive.</summary>
    public bool IsHopeless => Told >= LeastRows && Found.Gain + Found.StandardError <= 0;

    private long Told => _judged.Sum(one => one.Judged.Rows.Rows);

    /// <summary>Adds the outputs of one more network; those of several networks for the same rows are averaged.</summary>
    public void Add(JudgedRows judged, RowOutputs network)
    {
        if (_judged.Find(one => one.Judged == judged).Networks is { } networks)
        {
            networks.Add(network);
        }
        else
        {
            _judged.Add((judged, [network]));
        }
        var byOrder = new SortedDictionary<long, (float[] Plain, float[] Smoothed)>();
        var smoothing = 1.0 / (Told + 2);
        foreach (var (rows, members) in _judged)
        {
            Visit(rows, block => AddLosses(block, rows.Base, members, smoothing, byOrder));
        }
        (Weights, var mixed, var alone) = StackingWeights.Choose(
            [.. byOrder.Values.Select(row => row.Smoothed)], [.. byOrder.Values.Select(row => row.Plain)]);
        Found = PairedLosses.Compare(mixed, alone);
    }

    /// <summary>The reason why no network could show a gain on these rows, as the end of a sentence; null where one could.</summary>
    public string? Obstacle()
    {
        var judged = parts.Judging;
        if (judged.Rows.Rows < LeastRows)
        {
            return $"fewer than {LeastRows} rows could tell";
        }
        var (isRight, losses) = (true, new List<float>());
        Visit(judged, block =>
        {
            var plain = block.Losses(judged.Base.Of(block.First, block.Places), 0);
            isRight &= Array.TrueForAll(plain, loss => loss < head.LossOfRight);
            losses.AddRange(plain.Zip(block.Weights, (loss, weight) => loss * weight));
        });
        if (isRight)
        {
            return "it is right on every row left out";
        }
        var (most, error) = PairedLosses.Compare(new float[losses.Count], losses);
        return most > error ? null : "even a network without errors would lower the loss of rows left out by less than a standard error";
    }

    // If few rows are all right, they choose the most confident outputs, and the first wrong row costs too much. So weights are chosen as
    // if there were one more row of every class (Platt 1999, section 2.2).
    private void AddLosses(
        Block block, RowOutputs solved, List<RowOutputs> networks, double smoothing, SortedDictionary<long, (float[] Plain, float[] Smoothed)> byOrder)
    {
        var (first, second) = (solved.Of(block.First, block.Places), head.Mean(networks.Select(one => one.Of(block.First, block.Places))));
        var outputs = StackingWeights.All.Select(weights => first.Scaled(weights.Base).Plus(second, weights.Network)).ToArray();
        var (plain, smoothed) = (Array.ConvertAll(outputs, one => block.Losses(one, 0)), Array.ConvertAll(outputs, one => block.Losses(one, smoothing)));
        for (var index = 0; index < block.Places.Count; index++)
        {
            byOrder[parts.Order(block.First + block.Places[index])] = (Of(plain, index), Of(smoothed, index));
        }

        float[] Of(float[][] losses, int index) => Array.ConvertAll(losses, one => one[index] * block.Weights[index]);
    }

    private void Visit(JudgedRows judged, Action<Block> visit)
    {
        using var _ = no_grad();
        foreach (var (store, places, first) in judged.Rows.Batches(LossesTogether, shuffle: null))
        {
            checkAlive();
            using var scope = NewDisposeScope();
            var (labels, weights) = BatchBuilder.Targets(store, places, CPU);
            var encoded = head.Encode(labels);
            visit(new Block(
                first, places, [.. weights.data<float>().ToArray().Select(weight => (float)(weight / judged.Rows.MeanWeight))],
                (outputs, smoothing) => head.Loss(outputs, encoded, smoothing).data<float>().ToArray()));
        }
    }

    // Adjacent rows: the number of the first, their positions after it, their weights, and the losses of outputs for them with smoothed
    // labels.
    private sealed record Block(long First, ArraySegment<int> Places, float[] Weights, Func<Tensor, double, float[]> Losses);
}
