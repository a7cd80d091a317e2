using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The scale of a forecast's targets: a location and a spread for each window.</summary>
/// <remarks>
/// All is computed in a unit of each target's own, a power of two near its deviation: squares of 1e20 and of 1e-25 are beyond single
/// precision, and a power of two changes no digit.
/// </remarks>
internal sealed class TargetScale
{
    // Both this and the inverse of it are normal numbers of single precision.
    private const int LargestExponent = 126;

    // A constant window has no deviation; it gets this part of the target's own.
    public const double LeastVariancePart = 1e-4;
    private static readonly Scalar LeastVariance = LeastVariancePart;

    // The least variance for the weight of a window in training: windows with little movement must not dominate.
    private static readonly Scalar CalmVariance = 1e-2;

    private readonly ForecastDescription _forecast;
    private readonly Tensor _center;

    /// <param name="forecast">The forecast.</param>
    /// <param name="center">The mean of each channel in the training rows, <c>[C]</c>; the targets are the first K.</param>
    /// <param name="scale">Their deviations, <c>[C]</c>.</param>
    /// <param name="units">The unit of each target, as <see cref="Units(Tensor, int)"/> gives them.</param>
    public TargetScale(ForecastDescription forecast, Tensor center, Tensor scale, float[] units)
    {
        (_forecast, _center) = (forecast, center);
        Unit = tensor(units, device: scale.device);
        Deviation = scale.narrow(0, 0, forecast.Targets) / Unit;
    }

    /// <summary>The units of computation, <c>[K]</c>. Inputs and outputs are in the data's own units.</summary>
    public Tensor Unit { get; }

    /// <summary>The targets' deviations in the training rows, <c>[K]</c>, in their units.</summary>
    public Tensor Deviation { get; }

    /// <summary>A power of two near each target's deviation.</summary>
    public static float[] Units(Tensor scale, int targets)
    {
        using var values = scale.cpu();
        return Units(values.AsSpan()[..targets]);
    }

    /// <summary>A power of two near each of the deviations.</summary>
    public static float[] Units(ReadOnlySpan<float> scales) => [.. scales.ToArray().Select(value =>
        (float)Math.ScaleB(1, Math.Clamp(Math.ILogB(value), -LargestExponent, LargestExponent)))];

    /// <summary>The scale of each channel. For a constant target it is its magnitude, relative to which rounding is small.</summary>
    public static double[] Scales(ChannelStatistics statistics, int targets)
    {
        var (scales, deviations) = (statistics.Scale(), statistics.StandardDeviation());
        for (var target = 0; target < targets; target++)
        {
            var size = Math.Abs(statistics.Mean[target]);
            scales[target] = deviations[target] > 0 || size == 0 ? scales[target] : size;
        }
        return scales;
    }

    /// <summary>The targets' past, <c>[B, T, K]</c>, in their units.</summary>
    public Tensor In(InputBatch batch) => batch.Values.narrow(2, 0, _forecast.Targets) / Unit;

    /// <summary>The location and spread of each target in a window, <c>[B, 1, K]</c> each, in the targets' units.</summary>
    public (Tensor Location, Tensor Spread) Of(InputBatch batch)
    {
        if (_forecast.Options.Normalization == ForecastNormalization.None)
        {
            var shape = new long[] { batch.Rows, 1, _forecast.Targets };
            return ((_center.narrow(0, 0, _forecast.Targets) / Unit).expand(shape), Deviation.expand(shape));
        }
        var (targets, count) = (In(batch), batch.Mask.sum(1, keepdim: true));
        var mean = (targets * batch.Mask).sum(1, keepdim: true) / count;
        var variance = (targets.Minus(mean) * batch.Mask).Squared().sum(1, keepdim: true) / count;
        var spread = variance.Plus(Deviation.Squared() * LeastVariance).sqrt();
        return (_forecast.Options.Normalization == ForecastNormalization.LastValue ? LastSteps(targets, batch, 1) : mean, spread);
    }

    /// <summary>The factor that turns errors in the targets' deviations into errors in a window's own.</summary>
    public Tensor InOwnDeviation(Tensor spread) => Deviation / spread.Squared().Plus(Deviation.Squared() * CalmVariance).sqrt();

    /// <summary>
    /// The last W steps of each target from its location, <c>[B, K, W]</c>, in its deviation; 0 before a row's first step.
    /// </summary>
    public Tensor Window(InputBatch batch, Tensor location, int steps) =>
        LastSteps(In(batch).Minus(location) / Deviation, batch, steps).transpose(1, 2);

    /// <summary>The last valid steps of each row, <c>[B, count, D]</c>; zeros before its first.</summary>
    public static Tensor LastSteps(Tensor values, InputBatch batch, long count)
    {
        if (batch.IsFull && batch.Steps >= count)
        {
            return values.narrow(1, batch.Steps - count, count);
        }
        var padded = nn.functional.pad(values, [0, 0, count, 0]);
        var ends = tensor(batch.Lengths, ScalarType.Int64, values.device).view(-1, 1, 1);
        var index = ends.Plus(Numbers.Range(count, ScalarType.Int64, values.device).view(1, -1, 1));
        return padded.gather(1, index.expand(-1, -1, values.shape[2]));
    }
}
