namespace Microsoft.ML.Extensions.Numerics.RandomConvolution;

/// <summary>The memory in which one thread computes convolutions; it grows with the longest series.</summary>
internal sealed class ConvolutionScratch
{
    /// <summary>Padding after the end of each array, which vectors may read.</summary>
    public const int Slack = 32;

    /// <summary>A series, standardised, channel by channel.</summary>
    public float[] Series { get; private set; } = [];

    /// <summary>The sum of a convolution's channels, with zeros on both sides.</summary>
    public float[] Signal { get; private set; } = [];

    /// <summary>Minus the sum of the nine taps.</summary>
    public float[] Negated { get; private set; } = [];

    /// <summary>The outputs of one convolution.</summary>
    public float[] Outputs { get; private set; } = [];

    private float[] _features = [];
    private double[] _sums = [];

    /// <summary>Room for the features of a series.</summary>
    public Span<float> Features(int count)
    {
        _features = Grown(_features, count);
        return _features.AsSpan(0, count);
    }

    /// <summary>Room for the scores of a series.</summary>
    public Span<double> Sums(int count)
    {
        _sums = _sums.Length >= count ? _sums : new double[count];
        return _sums.AsSpan(0, count);
    }

    /// <summary>Resizes the arrays.</summary>
    public void Reserve(int steps, int channels, int padding)
    {
        Series = Grown(Series, (long)steps * channels);
        Signal = Grown(Signal, steps + (2L * padding) + Slack);
        Negated = Grown(Negated, steps + Slack);
        Outputs = Grown(Outputs, steps + Slack);
    }

    private static float[] Grown(float[] array, long length) =>
        array.Length >= length ? array
        : length <= Array.MaxLength ? new float[length]
        : throw new InvalidOperationException($"A series with its padding is {length} numbers; {Array.MaxLength} are possible at once.");
}
