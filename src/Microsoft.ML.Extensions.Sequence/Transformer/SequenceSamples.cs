using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Sequences of a box and the target's values there, one after the other, step after step.</summary>
/// <param name="Count">N.</param>
/// <param name="Inputs">The sequences, <c>[N, n, d]</c>.</param>
/// <param name="Values">The values, <c>[N, n, m]</c>.</param>
/// <param name="GridCount">The number of leading sequences that form a grid; the others fill the box evenly.</param>
internal sealed record SequenceSamples(int Count, double[] Inputs, double[] Values, int GridCount)
{
    /// <summary>
    /// Random sequences for the fit. Half of them lie on faces of the box, where a least-squares fit is least constrained; never on a
    /// corner, so that none occurs among the held-out ones.
    /// </summary>
    public static SequenceSamples ToFit(SequenceTarget target, int count, int seed)
    {
        var random = new Random(seed);
        var places = new double[count][];
        for (var i = 0; i < count; i++)
        {
            places[i] = new double[target.Domain.Size];
            var inside = i % 2 == 0 ? -1 : random.Next(places[i].Length);
            for (var k = 0; k < places[i].Length; k++)
            {
                var share = random.NextDouble();
                places[i][k] = inside < 0 || k == inside || random.Next(2) == 0 ? share : Math.Round(share);
            }
        }
        return At(target, places, 0);
    }

    /// <summary>
    /// Sequences for measuring errors: a number of Halton points, and a full grid with the corners if one of at most this number of points
    /// exists.
    /// </summary>
    public static SequenceSamples HeldOut(SequenceTarget target, int count)
    {
        var size = target.Domain.Size;
        var grid = Grid(size, count);
        var places = new double[count][];
        for (var i = 0; i < count; i++)
        {
            places[i] = new double[size];
            HaltonSequence.Fill(i, places[i]);
        }
        return At(target, [.. grid, .. places], grid.Length);
    }

    private static double[][] Grid(int size, int most)
    {
        // Rounding must not lose an integer root.
        var edge = (int)Math.Floor(Math.Pow(most, 1.0 / size) + 1e-9);
        if (edge < 2)
        {
            return [];
        }
        var points = new double[(int)Math.Round(Math.Pow(edge, size))][];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new double[size];
            var rest = i;
            foreach (ref var share in points[i].AsSpan())
            {
                share = (double)(rest % edge) / (edge - 1);
                rest /= edge;
            }
        }
        return points;
    }

    private static SequenceSamples At(SequenceTarget target, double[][] places, int gridCount)
    {
        var (inputs, values) = (new List<double>(places.Length * target.Domain.Size), new List<double>());
        foreach (var place in places)
        {
            var sequence = target.Domain.At(place);
            inputs.AddRange(sequence.Cast<double>());
            values.AddRange(target.At(sequence));
        }
        return new SequenceSamples(places.Length, [.. inputs], [.. values], gridCount);
    }
}
