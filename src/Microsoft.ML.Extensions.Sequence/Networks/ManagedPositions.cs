using System.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="PositionFeatures"/> as arrays, kept for the longest row so far. Any number of threads may read them.</summary>
/// <param name="channels">D.</param>
internal sealed class ManagedPositions(int channels)
{
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

    private float[] Make(int steps)
    {
        var features = new float[checked(steps * channels)];
        var waves = (channels + 1) / 2;
        for (var wave = 0; wave < waves; wave++)
        {
            var rate = Math.Exp(-Math.Log(PositionFeatures.LongestWave) / waves * wave);
            for (var step = 0; step < steps; step++)
            {
                features[(step * channels) + wave] = (float)Math.Sin(step * rate);
                if (waves + wave < channels)
                {
                    features[(step * channels) + waves + wave] = (float)Math.Cos(step * rate);
                }
            }
        }
        return features;
    }
}
