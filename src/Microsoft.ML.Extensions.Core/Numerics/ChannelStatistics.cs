namespace Microsoft.ML.Extensions.Numerics;

/// <summary>Mean and standard deviation of each channel over a stream of sequences, in one pass and constant memory.</summary>
/// <remarks>
/// Welford's update in double precision: m += (x - m) / n, s += (x - m_before) (x - m_after).
/// NaN marks a missing value and is left out. The deviation is that of the population (divided by n).
/// </remarks>
internal sealed class ChannelStatistics
{
    private long[] _count = [];
    private double[] _mean = [];
    private double[] _squares = [];

    /// <summary>Statistics from known values.</summary>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="deviation">The standard deviation of each channel.</param>
    public static ChannelStatistics Of(double[] mean, double[] deviation) => new()
    {
        _count = [.. mean.Select(_ => 1L)],
        _mean = mean,
        _squares = [.. deviation.Select(value => value * value)],
    };

    /// <summary>The number of channels, 0 before the first sequence.</summary>
    public int Channels => _mean.Length;

    /// <summary>The mean of each channel, [C]; 0 where no value was seen.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>How many values of each channel were seen, [C].</summary>
    public ReadOnlySpan<long> Count => _count;

    /// <summary>Adds the steps of one sequence.</summary>
    /// <param name="values">The sequence, [T, C], time first.</param>
    /// <param name="channels">C, the same in every call.</param>
    /// <exception cref="ArgumentException">
    /// The values do not fill whole steps, C differs from an earlier call, or a value is infinite.
    /// </exception>
    public void Add(ReadOnlySpan<float> values, int channels)
    {
        CheckShape(values.Length, channels);
        for (var start = 0; start < values.Length; start += channels)
        {
            AddStep(values.Slice(start, channels), start / channels);
        }
    }

    /// <summary>The standard deviation of each channel, [C]; 0 where the channel is constant or was not seen.</summary>
    public double[] StandardDeviation() =>
        _squares.Select((sum, channel) => _count[channel] == 0 ? 0 : Math.Sqrt(sum / _count[channel])).ToArray();

    /// <summary>
    /// The divisor that standardizes each channel, [C]: its standard deviation, or 1 where that is 0; never 0 in single precision.
    /// </summary>
    public double[] Scale() => StandardDeviation().Select(deviation => deviation > 0 ? Math.Max(deviation, float.Epsilon) : 1).ToArray();

    /// <summary>The statistics of neighbouring channels taken together, such as the pixels of one colour.</summary>
    /// <param name="size">How many neighbours become one channel; divides C.</param>
    public ChannelStatistics Pooled(int size)
    {
        if (size < 1 || Channels % size != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, $"The {Channels} channels do not make groups of {size}.");
        }
        var pooled = new ChannelStatistics();
        pooled.Reserve(Channels / size);
        for (var channel = 0; channel < Channels; channel++)
        {
            pooled.Merge(channel / size, _count[channel], _mean[channel], _squares[channel]);
        }
        return pooled;
    }

    /// <summary>The statistics of the channels of a step, from those of each number of rows of one length, <c>[T * C]</c>.</summary>
    /// <param name="channels">C; divides the number of channels.</param>
    public ChannelStatistics OfSteps(int channels)
    {
        if (channels < 1 || Channels % channels != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, $"{Channels} numbers do not make steps of {channels} channels.");
        }
        var steps = new ChannelStatistics();
        steps.Reserve(channels);
        for (var number = 0; number < Channels; number++)
        {
            steps.Merge(number % channels, _count[number], _mean[number], _squares[number]);
        }
        return steps;
    }

    /// <summary>The statistics of each number of rows of so many steps, as if the channels were alike at every step.</summary>
    /// <param name="steps">T.</param>
    public ChannelStatistics OfRows(int steps) => new()
    {
        _count = [.. Enumerable.Repeat(_count, steps).SelectMany(step => step)],
        _mean = [.. Enumerable.Repeat(_mean, steps).SelectMany(step => step)],
        _squares = [.. Enumerable.Repeat(_squares, steps).SelectMany(step => step)],
    };

    // Chan, Golub, LeVeque 1983: the statistics of a union from those of two sets.
    private void Merge(int channel, long count, double mean, double squares)
    {
        if (count == 0)
        {
            return;
        }
        var total = _count[channel] + count;
        var delta = mean - _mean[channel];
        _squares[channel] += squares + (delta * delta * _count[channel] * count / total);
        _mean[channel] += delta * count / total;
        _count[channel] = total;
    }

    private void Reserve(int channels) => (_count, _mean, _squares) = (new long[channels], new double[channels], new double[channels]);

    private void CheckShape(int length, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (Channels == 0)
        {
            Reserve(channels);
        }
        if (channels != Channels)
        {
            throw new ArgumentException($"A sequence has {channels} channels where earlier ones have {Channels}.", nameof(channels));
        }
        if (length % channels != 0)
        {
            throw new ArgumentException($"{length} values do not fill whole steps of {channels} channels.", "values");
        }
    }

    private void AddStep(ReadOnlySpan<float> step, int time)
    {
        for (var channel = 0; channel < step.Length; channel++)
        {
            double value = step[channel];
            if (double.IsNaN(value))
            {
                continue;
            }
            if (double.IsInfinity(value))
            {
                throw new ArgumentException($"The value of channel {channel} at step {time} is infinite.", "values");
            }
            var delta = value - _mean[channel];
            _mean[channel] += delta / ++_count[channel];
            _squares[channel] += delta * (value - _mean[channel]);
        }
    }
}
