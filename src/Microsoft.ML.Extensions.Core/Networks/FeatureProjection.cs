using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// A random projection of many features to few: each feature is added, with a random sign, to one of them at random (count sketch: Charikar
/// et al. 2002; Weinberger et al. 2009, arXiv 0902.2206). Inner products of rows keep their values in the mean.
/// </summary>
/// <remarks>
/// It takes the memory of the features alone, where a dense projection of a long row would take gigabytes. What becomes of a feature depends
/// on its index and the seed, and not on the number of features, so longer batches extend shorter ones.
/// </remarks>
/// <param name="seed">The seed.</param>
internal sealed class FeatureProjection(int seed) : IDisposable
{
    /// <summary>The number of features up to which nothing is changed, and of those beyond it.</summary>
    public const int MostFeatures = 1024;

    private Tensor? _places;
    private Tensor? _signs;

    /// <summary>Rows <c>[n, p]</c> as <c>[n, min(p, 1024)]</c>, differentiable.</summary>
    public Tensor Of(Tensor rows)
    {
        var features = rows.shape[1];
        if (features <= MostFeatures)
        {
            return rows;
        }
        if (_places is null || _places.shape[0] < features)
        {
            Draw(features, rows.device);
        }
        var places = _places!.narrow(0, 0, features).expand(rows.shape[0], -1);
        return zeros([rows.shape[0], MostFeatures], rows.dtype, rows.device)
            .scatter_add(1, places, rows * _signs!.narrow(0, 0, features).to_type(rows.dtype));
    }

    public void Dispose()
    {
        _places?.Dispose();
        _signs?.Dispose();
    }

    private void Draw(long features, Device device)
    {
        Dispose();
        var (places, signs) = (new long[features], new float[features]);
        for (var feature = 0L; feature < features; feature++)
        {
            var drawn = Mixed(feature);
            (places[feature], signs[feature]) = ((long)(drawn % MostFeatures), (drawn >> 32 & 1) == 0 ? 1 : -1);
        }
        _places = tensor(places, device: device).DetachFromDisposeScope();
        _signs = tensor(signs, device: device).DetachFromDisposeScope();
    }

    // SplitMix64 (Steele, Lea and Flood, 2014).
    private ulong Mixed(long feature)
    {
        var z = unchecked(((ulong)(uint)seed * 0xD1B54A32D192ED03UL) + ((ulong)(feature + 1) * 0x9E3779B97F4A7C15UL));
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
