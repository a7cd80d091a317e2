using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Keeps the vectors of the tokens of texts. A fit reads all texts in each epoch, so the first ones stay, up to a number of bytes; scoring
/// keeps the last ones.
/// </summary>
/// <param name="bytes">The most bytes during a fit.</param>
/// <param name="checkAlive">Called before a text is computed during a fit; throws when the fit was cancelled.</param>
/// <param name="scoringBytes">The most bytes while scoring.</param>
internal sealed class TokenVectorCache(long bytes, Action checkAlive, long scoringBytes = TokenVectorCache.ScoringBytes)
{
    /// <summary>About a thousand texts of 170 tokens of 384 numbers.</summary>
    public const long ScoringBytes = 256L << 20;

    private readonly ConcurrentDictionary<string, float[]> _vectors = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();
    private long _used;
    private volatile bool _scores;

    /// <summary>The number of texts kept.</summary>
    public int Count => _vectors.Count;

    /// <summary>One that keeps the last texts.</summary>
    public static TokenVectorCache ForScoring()
    {
        var cache = new TokenVectorCache(0, () => { });
        cache.EndFit();
        return cache;
    }

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
        if (!_scores)
        {
            checkAlive();
        }
        var computed = compute(tokens);
        var used = Interlocked.Add(ref _used, Size(key, computed));
        if ((_scores || used <= bytes) && _vectors.TryAdd(key, computed))
        {
            _order.Enqueue(key);
            DropOldest();
        }
        else
        {
            Interlocked.Add(ref _used, -Size(key, computed));
        }
        return computed;
    }

    /// <summary>Frees all vectors, and keeps the last ones from now on.</summary>
    public void EndFit()
    {
        _vectors.Clear();
        _order.Clear();
        Interlocked.Exchange(ref _used, 0);
        _scores = true;
    }

    private void DropOldest()
    {
        while (_scores && Interlocked.Read(ref _used) > scoringBytes && _order.TryDequeue(out var oldest))
        {
            if (_vectors.TryRemove(oldest, out var vectors))
            {
                Interlocked.Add(ref _used, -Size(oldest, vectors));
            }
        }
    }

    private static long Size(string key, float[] vectors) => (sizeof(char) * (long)key.Length) + (sizeof(float) * (long)vectors.Length);
}
