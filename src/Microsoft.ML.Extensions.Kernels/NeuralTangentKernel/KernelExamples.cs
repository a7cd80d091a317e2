using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// Training rows on the sphere with their targets; rows of the same point are merged, with the sum of their weights and the mean of their
/// targets.
/// </summary>
/// <param name="Points"><c>[n, d]</c>, of norm 1 up to rounding.</param>
/// <param name="Targets"><c>[n, c]</c>: an indicator per class, 1 or -1 for a binary label, or a standardised number.</param>
/// <param name="Weights"><c>[n]</c>; their mean over the original rows is 1.</param>
/// <param name="Rows">The original rows, with equal ones merged.</param>
internal sealed record KernelExamples(float[] Points, double[] Targets, double[] Weights, LikeRows[] Rows)
{
    private const int CheckEvery = 1024;

    /// <summary>n.</summary>
    public int Count => Weights.Length;

    /// <summary>d.</summary>
    public int Coordinates => Points.Length / Count;

    /// <summary>c.</summary>
    public int Outputs => Targets.Length / Count;

    /// <summary>Maps rows to the sphere.</summary>
    /// <exception cref="InvalidDataException">A row has no direction.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    public static KernelExamples Of(ExampleData data, float[] features, SphereMap map, TaskHead head, Action checkAlive)
    {
        var rows = (int)data.Labels.Rows;
        var merged = new Merging(map.Coordinates, head.Outputs);
        var (point, rounded, target) = (new double[map.Coordinates], new float[map.Coordinates], new double[head.Outputs]);
        var width = features.Length / rows;
        var row = 0;
        foreach (var (store, _) in data.Blocks())
        {
            for (var i = 0; i < store.Count; i++, row++)
            {
                if (row % CheckEvery == 0)
                {
                    checkAlive();
                }
                map.Map(features.AsSpan(row * width, width), point);
                for (var j = 0; j < point.Length; j++)
                {
                    rounded[j] = (float)point[j];
                }
                if (!rounded.AsSpan().ContainsAnyExcept(0f))
                {
                    throw new InvalidDataException(
                        $"Row {row} of the training rows has only zeros after scaling, and no direction on the sphere; set InputBias above 0 or leave such rows out.");
                }
                head.SetTargets(store.Label(i), target);
                merged.Add(rounded, target, store.Weight(i) / data.MeanWeight);
            }
        }
        return merged.Examples();
    }

    /// <summary>Some of the points, with all rows of each.</summary>
    /// <param name="points">Their indices, ascending.</param>
    public KernelExamples Part(int[] points)
    {
        var places = Enumerable.Repeat(-1, Count).ToArray();
        for (var i = 0; i < points.Length; i++)
        {
            places[points[i]] = i;
        }
        return new(
            [.. points.SelectMany(point => Points.AsSpan(point * Coordinates, Coordinates).ToArray())],
            [.. points.SelectMany(point => Targets.AsSpan(point * Outputs, Outputs).ToArray())],
            [.. points.Select(point => Weights[point])],
            [.. Rows.Where(row => places[row.Point] >= 0).Select(row => row with { Point = places[row.Point] })]);
    }

    /// <summary>The points in double precision, of norm 1, <c>[n, d]</c>.</summary>
    public Tensor PointTensor() => Normalized(Points, Coordinates).ToAligned(Count, Coordinates);

    /// <summary>Points that single precision rounded, of norm 1 again in double precision.</summary>
    public static double[] Normalized(ReadOnlySpan<float> points, int coordinates)
    {
        var exact = new double[points.Length];
        for (var i = 0; i < exact.Length; i++)
        {
            exact[i] = points[i];
        }
        for (var start = 0; start < exact.Length; start += coordinates)
        {
            SphereMap.Normalize(exact.AsSpan(start, coordinates));
        }
        return exact;
    }

    private sealed class Merging(int coordinates, int outputs)
    {
        private readonly List<float> _points = [];
        private readonly List<double> _targets = [];
        private readonly List<double> _weights = [];
        private readonly Dictionary<int, List<int>> _places = [];
        private readonly Dictionary<(int Point, double Target, double Weight), int> _rows = [];

        public void Add(ReadOnlySpan<float> point, ReadOnlySpan<double> target, double weight)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(point));
            ref var same = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, hash.ToHashCode(), out _);
            same ??= [];
            foreach (var place in same)
            {
                if (point.SequenceEqual(CollectionsMarshal.AsSpan(_points).Slice(place * coordinates, coordinates)))
                {
                    Count(place, target, weight);
                    Merge(place, target, weight);
                    return;
                }
            }
            Count(_weights.Count, target, weight);
            same.Add(_weights.Count);
            _points.AddRange(point);
            _targets.AddRange(target);
            _weights.Add(weight);
        }

        // A dictionary without removals keeps the order of insertion.
        public KernelExamples Examples() => new([.. _points], [.. _targets], [.. _weights],
            [.. _rows.Select(row => new LikeRows(row.Key.Point, row.Key.Target, row.Key.Weight, row.Value))]);

        private void Count(int point, ReadOnlySpan<double> target, double weight)
        {
            var value = target.Length == 1 ? target[0] : target.IndexOf(1.0);
            CollectionsMarshal.GetValueRefOrAddDefault(_rows, (point, value, weight), out _)++;
        }

        private void Merge(int point, ReadOnlySpan<double> target, double weight)
        {
            var mean = CollectionsMarshal.AsSpan(_targets).Slice(point * outputs, outputs);
            _weights[point] += weight;
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += (target[i] - mean[i]) * weight / _weights[point];
            }
        }
    }
}
