using Microsoft.ML.Extensions.Onnx;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// Maps rows of features to the unit sphere: features are scaled, divided by the square root of their number, and an additional coordinate,
/// the bias, preserves the information of the norm, before the row is divided by its norm.
/// </summary>
/// <remarks>
/// Without the bias a row and its multiples would be one point. The map is that of a first layer with a bias of this size; the larger it
/// is, the nearer all rows lie to each other. Rows of zeros have no direction where the bias is 0: they become the zero vector, at right
/// angles to every row.
/// </remarks>
internal sealed class SphereMap
{
    /// <summary>The quantiles of a feature.</summary>
    public const int Quantiles = 101;

    private static readonly double RankDeviation = Math.Sqrt(3);

    private readonly double[] _center;
    private readonly double[] _factor;
    private readonly double[] _quantiles;
    private readonly double _bias;
    private readonly bool _nonNegative;

    /// <param name="center">What is subtracted from each feature, <c>[D]</c>.</param>
    /// <param name="factor">The factor of each feature, <c>[D]</c>.</param>
    /// <param name="quantiles">Each feature's quantiles, ascending, <c>[D * 101]</c>; empty where it is not ranked.</param>
    /// <param name="bias">The further coordinate, at least 0.</param>
    /// <param name="nonNegative">
    /// Whether each number becomes two, its positive and its negative part, so that no inner product is below 0.
    /// </param>
    public SphereMap(double[] center, double[] factor, double[] quantiles, double bias, bool nonNegative) =>
        (_center, _factor, _quantiles, _bias, _nonNegative) = (center, factor, quantiles, bias, nonNegative);

    /// <summary>How features are scaled, where the map was made of rows.</summary>
    public InputScaling Scaling { get; private init; }

    public double[] Center => _center;

    public double[] Factor => _factor;

    public double[] QuantileTable => _quantiles;

    /// <summary>Numbers of a mapped row.</summary>
    public int Coordinates => ((_nonNegative ? 2 : 1) * _center.Length) + (_bias > 0 ? 1 : 0);

    /// <summary>Creates the map for training rows.</summary>
    /// <param name="rows">Feature values, <c>[N, D]</c>.</param>
    /// <param name="features">D.</param>
    /// <param name="scaling">How features are scaled.</param>
    /// <param name="bias">The further coordinate.</param>
    /// <param name="nonNegative">Whether numbers are split by their sign.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    public static SphereMap Of(
        ReadOnlySpan<float> rows, int features, InputScaling scaling, double bias, bool nonNegative, Action? checkAlive = null)
    {
        var (center, factor) = (new double[features], new double[features]);
        var quantiles = scaling == InputScaling.Rank ? new double[features * Quantiles] : [];
        var column = new double[rows.Length / features];
        for (var feature = 0; feature < features; feature++)
        {
            checkAlive?.Invoke();
            for (var row = 0; row < column.Length; row++)
            {
                column[row] = rows[(row * features) + feature];
            }
            (center[feature], factor[feature]) = Scale(column, scaling);
            if (scaling == InputScaling.Rank)
            {
                SetQuantiles(column, quantiles.AsSpan(feature * Quantiles, Quantiles));
            }
        }
        return new SphereMap(center, factor, quantiles, bias, nonNegative) { Scaling = scaling };
    }

    /// <summary>Maps one row.</summary>
    /// <param name="features"><c>[D]</c>.</param>
    /// <param name="point">Takes <see cref="Coordinates"/> numbers of norm 1, or of norm 0.</param>
    public void Map(ReadOnlySpan<float> features, Span<double> point)
    {
        var weight = 1 / Math.Sqrt(features.Length);
        point.Clear();
        for (var i = 0; i < features.Length; i++)
        {
            var value = Scaled(features[i], i) * weight;
            if (_nonNegative)
            {
                point[(2 * i) + (value < 0 ? 1 : 0)] = Math.Abs(value);
            }
            else
            {
                point[i] = value;
            }
        }
        if (_bias > 0)
        {
            point[^1] = _bias;
        }
        Normalize(point);
    }

    /// <summary>The points of rows <c>[N, D]</c> in ONNX, <c>[N, Coordinates]</c>, in double precision.</summary>
    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue rows)
    {
        long features = _center.Length;
        var values = graph.Cast(rows, OnnxType.Double);
        values = _quantiles.Length == 0 ? values : Ranks(graph, values);
        var weights = Array.ConvertAll(_factor, factor => factor / Math.Sqrt(features));
        var points = graph.Times(graph.Minus(values, graph.Constant(_center, features)), graph.Constant(weights, features));
        if (_nonNegative)
        {
            var (zero, single) = (graph.Constant([0.0]), graph.Unsqueeze(points, 2));
            points = graph.Reshape(
                graph.Concat(2, graph.Op("Max", [single, zero]), graph.Op("Max", [graph.Minus(zero, single), zero])), 0, 2 * features);
        }
        if (_bias > 0)
        {
            var none = graph.InitialFor(points, new OnnxState(0, 1), OnnxType.Double);
            points = graph.Concat(1, points, graph.Plus(none, graph.Constant([_bias])));
        }
        return Normalized(graph, points);
    }

    /// <summary>Points divided by their norms, if they have one, in ONNX.</summary>
    public static OnnxValue Normalized(OnnxGraph graph, OnnxValue points)
    {
        var norm = graph.Op("Sqrt", [graph.Sum(graph.Times(points, points), keep: true, 1)]);
        var hasNorm = graph.Op("Greater", [norm, graph.Constant([0.0])]);
        return graph.Over(points, graph.Op("Where", [hasNorm, norm, graph.Constant([1.0])]));
    }

    // As Rank of each feature that is not constant.
    private OnnxValue Ranks(OnnxGraph graph, OnnxValue values)
    {
        long features = _center.Length;
        OnnxValue Number(double value) => graph.Constant([value]);
        OnnxValue Count(OnnxValue isCounted) => graph.Sum(graph.Cast(isCounted, OnnxType.Double), keep: false, 2);
        var table = graph.Constant(_quantiles, features, Quantiles);
        var each = graph.Unsqueeze(values, 2);
        var first = Count(graph.Op("Less", [table, each]));
        var last = graph.Minus(Number(Quantiles), Count(graph.Op("Greater", [table, each])));
        // Between two quantiles; at the ends both are the same one.
        var starts = graph.Constant([.. Enumerable.Range(0, (int)features).Select(feature => (double)feature * Quantiles)], features);
        OnnxValue At(OnnxValue place) => graph.Op("Gather",
            [graph.Constant(_quantiles, features * Quantiles), graph.Cast(graph.Plus(starts, place), OnnxType.Int64)]);
        var below = graph.Op("Max", [graph.Minus(first, Number(1)), Number(0)]);
        var above = graph.Op("Min", [first, Number(Quantiles - 1)]);
        var (low, high) = (At(below), At(above));
        var width = graph.Minus(high, low);
        var isBetween = graph.Op("Greater", [width, Number(0)]);
        var part = graph.Over(graph.Minus(values, low), graph.Op("Where", [isBetween, width, Number(1)]));
        var between = graph.Plus(below, graph.Op("Where", [isBetween, part, Number(0)]));
        var isQuantile = graph.Op("Greater", [last, first]);
        var middle = graph.Times(graph.Minus(graph.Plus(first, last), Number(1)), Number(0.5));
        var rank = graph.Minus(
            graph.Times(graph.Op("Where", [isQuantile, middle, between]), Number(2.0 / (Quantiles - 1))), Number(1));
        double[] isRanked = Array.ConvertAll(_factor, factor => factor > 0 ? 1.0 : 0);
        return graph.Op("Where", [graph.Op("Greater", [graph.Constant(isRanked, features), Number(0.5)]), rank, values]);
    }

    /// <summary>Divides a vector by its norm, if it has one.</summary>
    public static void Normalize(Span<double> point)
    {
        // TensorPrimitives is not used: its long sums begin at aligned addresses, so equal rows could differ in the last bit.
        var square = 0.0;
        foreach (var value in point)
        {
            square += value * value;
        }
        var norm = Math.Sqrt(square);
        if (norm > 0)
        {
            System.Numerics.Tensors.TensorPrimitives.Divide(point, norm, point);
        }
    }

    private double Scaled(double value, int feature)
    {
        if (_quantiles.Length > 0 && _factor[feature] > 0)
        {
            value = Rank(value, _quantiles.AsSpan(feature * Quantiles, Quantiles));
        }
        return (value - _center[feature]) * _factor[feature];
    }

    private static (double Center, double Factor) Scale(double[] column, InputScaling scaling)
    {
        var (low, high) = (column.Min(), column.Max());
        if (low == high)
        {
            return (low, 0);
        }
        switch (scaling)
        {
            case InputScaling.Standardize:
                var mean = column.Average();
                return (mean, 1 / Math.Sqrt(column.Average(value => (value - mean) * (value - mean))));
            case InputScaling.Rank:
                return (0, RankDeviation);
            case InputScaling.MinMax:
                return ((low + high) / 2, 2 / (high - low));
            default:
                return (0, 1);
        }
    }

    private static void SetQuantiles(double[] column, Span<double> quantiles)
    {
        Array.Sort(column);
        for (var i = 0; i < quantiles.Length; i++)
        {
            var place = (double)i / (quantiles.Length - 1) * (column.Length - 1);
            var below = (int)place;
            var above = Math.Min(below + 1, column.Length - 1);
            quantiles[i] = column[below] + ((place - below) * (column[above] - column[below]));
        }
    }

    // From -1 to 1; equal values have the middle of their ranks.
    private static double Rank(double value, ReadOnlySpan<double> quantiles)
    {
        var (first, last) = (Below(quantiles, value, orEqual: false), Below(quantiles, value, orEqual: true));
        var place = last > first ? (first + last - 1) / 2.0
            : first == 0 ? 0
            : first == quantiles.Length ? quantiles.Length - 1
            : first - 1 + ((value - quantiles[first - 1]) / (quantiles[first] - quantiles[first - 1]));
        return (2 * place / (quantiles.Length - 1)) - 1;
    }

    // How many of the ascending values are below one.
    private static int Below(ReadOnlySpan<double> ascending, double value, bool orEqual)
    {
        var (low, high) = (0, ascending.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ascending[middle] < value || (orEqual && ascending[middle] == value) ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
