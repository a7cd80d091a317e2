using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Keeps the vectors of the tokens of texts during a fit, up to a number of bytes; texts beyond are computed again.</summary>
/// <param name="bytes">The most bytes.</param>
/// <param name="checkAlive">Called before a text is computed; throws when the fit was cancelled.</param>
internal sealed class TokenVectorCache(long bytes, Action checkAlive)
{
    private readonly ConcurrentDictionary<string, float[]> _vectors = new(StringComparer.Ordinal);
    private long _used;
    private volatile bool _isClosed;

    /// <summary>The number of texts kept.</summary>
    public int Count => _vectors.Count;

    /// <summary>The vectors of a text, kept or computed.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="compute">Computes them.</param>
    public float[] Get(int[] tokens, Func<int[], float[]> compute)
    {
        var key = new string(MemoryMarshal.Cast<int, char>(tokens));
        if (_vectors.TryGetValue(key, out var kept))
        {
            return kept;
        }
        if (!_isClosed)
        {
            checkAlive();
        }
        var computed = compute(tokens);
        var size = (sizeof(float) * (long)computed.Length) + (sizeof(int) * (long)tokens.Length);
        if (!_isClosed && Interlocked.Add(ref _used, size) <= bytes)
        {
            _vectors.TryAdd(key, computed);
        }
        else
        {
            Interlocked.Add(ref _used, -size);
        }
        return computed;
    }

    /// <summary>Frees all vectors, and keeps no more.</summary>
    public void Close()
    {
        _isClosed = true;
        _vectors.Clear();
    }
}
