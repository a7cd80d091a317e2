using static System.FormattableString;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A compact set of sequences <c>[n, d]</c>: each channel of each step lies between the channel's bounds.</summary>
public sealed class SequenceBox
{
    private const int MostSteps = 8, MostChannels = 4;

    private readonly double[] _lower;
    private readonly double[] _upper;

    /// <summary>The same bounds for all channels.</summary>
    /// <param name="steps">n, 1 to 8.</param>
    /// <param name="channels">d, 1 to 4.</param>
    /// <param name="lower">The least value. The default is 0.</param>
    /// <param name="upper">The largest value. The default is 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, or the bounds are not finite and in order.</exception>
    public SequenceBox(int steps, int channels, double lower = 0, double upper = 1)
        : this(steps, Repeat(lower, channels), Repeat(upper, channels))
    {
    }

    /// <summary>Bounds for each channel.</summary>
    /// <param name="steps">n, 1 to 8.</param>
    /// <param name="lower">The least value of each of the d channels, 1 to 4 of them.</param>
    /// <param name="upper">The largest value of each channel.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, or the bounds are not finite and in order.</exception>
    public SequenceBox(int steps, IReadOnlyList<double> lower, IReadOnlyList<double> upper)
    {
        ArgumentNullException.ThrowIfNull(lower);
        ArgumentNullException.ThrowIfNull(upper);
        Check("steps", steps, MostSteps, nameof(steps));
        Check("channels", lower.Count, MostChannels, nameof(lower));
        if (upper.Count != lower.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(upper), $"There are {lower.Count} lower and {upper.Count} upper bounds; each channel needs one of both.");
        }
        (Steps, _lower, _upper) = (steps, [.. lower], [.. upper]);
        for (var channel = 0; channel < Channels; channel++)
        {
            var (least, most) = (_lower[channel], _upper[channel]);
            if (!double.IsFinite(least) || !double.IsFinite(most) || least >= most)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lower), Invariant(
                        $"Channel {channel} lies between {least} and {most}; two finite numbers are needed, the lower one first."));
            }
        }
    }

    /// <summary>n.</summary>
    public int Steps { get; }

    /// <summary>d.</summary>
    public int Channels => _lower.Length;

    /// <summary>The least value of each channel.</summary>
    public IReadOnlyList<double> Lower => _lower;

    /// <summary>The largest value of each channel.</summary>
    public IReadOnlyList<double> Upper => _upper;

    /// <summary>The numbers of a sequence, n d.</summary>
    internal int Size => Steps * Channels;

    /// <summary>The largest magnitude of a number of a sequence.</summary>
    internal double Largest => _lower.Concat(_upper).Max(Math.Abs);

    /// <summary>The centre of a channel.</summary>
    internal double Middle(int channel) => (_lower[channel] + _upper[channel]) / 2;

    /// <summary>Half the width of a channel.</summary>
    internal double Radius(int channel) => (_upper[channel] - _lower[channel]) / 2;

    /// <summary>The sequence at a place in the unit cube of <see cref="Size"/> dimensions, step after step.</summary>
    internal double[,] At(ReadOnlySpan<double> place)
    {
        var sequence = new double[Steps, Channels];
        for (var k = 0; k < place.Length; k++)
        {
            var channel = k % Channels;
            // The bounds must be reached exactly, so the upper one is not a rounded sum.
            sequence[k / Channels, channel] = place[k] == 1 ? _upper[channel] : _lower[channel]
                + (place[k] * (_upper[channel] - _lower[channel]));
        }
        return sequence;
    }

    /// <exception cref="ArgumentException">The sequence is of another shape or lies outside.</exception>
    internal void Check(double[,] sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        if (sequence.GetLength(0) != Steps || sequence.GetLength(1) != Channels)
        {
            throw new ArgumentException(
                $"The sequence is [{sequence.GetLength(0)}, {sequence.GetLength(1)}]; expected is [{Steps}, {Channels}].",
                    nameof(sequence));
        }
        for (var step = 0; step < Steps; step++)
        {
            for (var channel = 0; channel < Channels; channel++)
            {
                if (!(sequence[step, channel] >= _lower[channel] && sequence[step, channel] <= _upper[channel]))
                {
                    throw new ArgumentException(
                        Invariant($"Step {step}, channel {channel} is {sequence[step, channel]}; the network was built for {_lower[channel]} to {_upper[channel]}."),
                        nameof(sequence));
                }
            }
        }
    }

    private static double[] Repeat(double value, int channels)
    {
        Check("channels", channels, MostChannels, nameof(channels));
        return [.. Enumerable.Repeat(value, channels)];
    }

    private static void Check(string what, int value, int most, string name)
    {
        if (value < 1 || value > most)
        {
            throw new ArgumentOutOfRangeException(name, $"The sequences have {value} {what}; allowed are 1 to {most}.");
        }
    }
}
