using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>Whether networks that correct a base lower its loss: the losses of rows that neither was trained on, with and without the networks.</summary>
internal sealed class BaseEvidence
{
    private const int LossesTogether = 256;

    // Fewer rows are no evidence, whatever their losses.
    private const int LeastRows = 10;

    private readonly SortedDictionary<long, (double Base, double Corrected, int Networks)> _rows = [];

    /// <summary>The mean decrease of the loss by the networks so far, and its standard error.</summary>
    public (double Gain, double StandardError) Found { get; private set; }

    /// <summary>Whether the gain is more than a standard error.</summary>
    public bool Convinces => Found.Gain > Found.StandardError;

    /// <summary>Whether to stop training further networks: even the gain plus a standard error is not positive.</summary>
    public bool IsHopeless => Found.Gain + Found.StandardError <= 0;

    /// <summary>Adds the losses with another network; several losses of the same row are averaged.</summary>
    /// <param name="places">The order of the rows, since neighbours may be correlated.</param>
    /// <param name="losses">With the base alone, and with the network.</param>
    public void Add(IEnumerable<long> places, IEnumerable<(float Base, float Corrected)> losses)
    {
        foreach (var (place, (alone, corrected)) in places.Zip(losses))
        {
            var (_, sum, networks) = _rows.GetValueOrDefault(place);
            _rows[place] = (alone, sum + corrected, networks + 1);
        }
        Found = PairedLosses.Compare(
            [.. _rows.Values.Select(row => (float)(row.Corrected / row.Networks))], [.. _rows.Values.Select(row => (float)row.Base)]);
    }

    /// <summary>The reason why no network could show a gain on these rows, as the end of a sentence; null where one could.</summary>
    public static string? Obstacle(ExampleSource rows, TaskHead head, Action checkAlive)
    {
        if (rows.Rows < LeastRows)
        {
            return $"fewer than {LeastRows} rows could tell";
        }
        var (plain, counted) = Losses(rows, head, checkAlive);
        if (plain.TrueForAll(loss => loss < head.LossOfRight))
        {
            return "it is right on every row left out";
        }
        var (most, error) = PairedLosses.Compare(new float[counted.Count], counted);
        return most > error ? null : "even a network without errors would lower the loss of rows left out by less than a standard error";
    }

    /// <summary>The losses of the base alone, unweighted and weighted.</summary>
    public static (List<float> Plain, List<float> Counted) Losses(ExampleSource rows, TaskHead head, Action checkAlive)
    {
        using var _ = no_grad();
        var (plain, counted) = (new List<float>(), new List<float>());
        foreach (var (store, places, first) in rows.Batches(LossesTogether, shuffle: null))
        {
            checkAlive();
            using var scope = NewDisposeScope();
            var (labels, weights) = BatchBuilder.Targets(store, places, CPU);
            var losses = head.Loss(rows.Base!.Of(first, places, CPU), head.Encode(labels), labelSmoothing: 0).data<float>().ToArray();
            plain.AddRange(losses);
            counted.AddRange(losses.Zip(weights.data<float>().ToArray(), (loss, weight) => (float)(loss * weight / rows.MeanWeight)));
        }
        return (plain, counted);
    }
}
