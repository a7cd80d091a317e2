using System.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="PositionFeatures"/> as arrays, kept for the longest row so far. Any number of threads may read them.</summary>
/// <param name="channels">D.</param>
internal sealed class ManagedPositions(int channels)
{
    private readonly double[] _rates = Rates((channels + 1) / 2);
    private float[] _features = [];

    /// <summary>Those of the first steps, <c>[T, D]</c>, or of more.</summary>
    public float[] First(int steps)
    {
        var features = Volatile.Read(ref _features);
        if (features.Length < (long)steps * channels)
        {
            features = Make((int)BitOperations.RoundUpToPowerOf2((uint)steps));
            Volatile.Write(ref _features, features);
        }
        return features;
    }

    /// <summary>Those of one step, <c>[D]</c>, of which an endless row keeps none.</summary>
    public void Write(long step, Span<float> features)
    {
        for (var wave = 0; wave < _rates.Length; wave++)
        {
            features[wave] = (float)Math.Sin(step * _rates[wave]);
            if (_rates.Length + wave < channels)
            {
                features[_rates.Length + wave] = (float)Math.Cos(step * _rates[wave]);
            }
        }
    }

    private float[] Make(int steps)
    {
        var features = new float[checked(steps * channels)];
        for (var step = 0; step < steps; step++)
        {
            Write(step, features.AsSpan(step * channels, channels));
        }
        return features;
    }

    private static double[] Rates(int waves) =>
        [.. Enumerable.Range(0, waves).Select(wave => Math.Exp(-Math.Log(PositionFeatures.LongestWave) / waves * wave))];
}
