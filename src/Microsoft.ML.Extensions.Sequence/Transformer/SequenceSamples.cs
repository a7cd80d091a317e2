using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Sequences of a box and the target's values there, one after the other, step after step.</summary>
/// <param name="Count">N.</param>
/// <param name="Inputs">The sequences, <c>[N, n, d]</c>.</param>
/// <param name="Values">The values, <c>[N, n, m]</c>.</param>
/// <param name="GridCount">How many of them, the first ones, form a grid; the others fill the box evenly.</param>
internal sealed record SequenceSamples(int Count, double[] Inputs, double[] Values, int GridCount)
{
    /// <summary>
    /// Random sequences to fit on. Half of them lie closer to the faces of the box (Chebyshev's density in each number), where a least-squares
    /// fit is free to swing out.
    /// </summary>
    public static SequenceSamples ToFit(SequenceTarget target, int count, int seed)
    {
        var random = new Random(seed);
        var places = new double[count][];
        for (var i = 0; i < count; i++)
        {
            var nearFaces = i % 2 == 1;
            places[i] = new double[target.Domain.Size];
            foreach (ref var share in places[i].AsSpan())
            {
                var drawn = random.NextDouble();
                share = nearFaces ? (1 - Math.Cos(Math.PI * drawn)) / 2 : drawn;
            }
        }
        return At(target, places, 0);
    }

    /// <summary>Sequences to measure errors at: a full grid that includes the corners, where one of at most so many points has them, and so many Halton points.</summary>
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
        // The rounding must not lose a root that is whole.
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
