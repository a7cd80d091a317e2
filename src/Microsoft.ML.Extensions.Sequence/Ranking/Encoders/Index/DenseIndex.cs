using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Vectors in memory, searched exactly: a query is compared with every one of them.</summary>
/// <remarks>
/// The time of a search is proportional to the size of all vectors, and limited by memory bandwidth. Vectors of equal score are ordered by
/// their names, compared ordinally. Searches run concurrently; an addition or removal waits for running searches.
/// </remarks>
/// <example><code language="csharp"><![CDATA[
/// using Microsoft.ML.Extensions.Sequence;
///
/// using var encoder = TextEncoder.Load("all-MiniLM-L6-v2");
/// using var index = new DenseIndex(encoder.Dimensions, "all-MiniLM-L6-v2");
/// foreach (var text in new[] { "flow over a heated wing", "wind loads on a bridge" })
/// {
///     index.Add(text, encoder.Encode(text));
/// }
/// foreach (var (id, score) in index.Search(encoder.Encode("hot wings"), top: 10))
/// {
///     Console.WriteLine($"{score:f2} {id}");
/// }
/// index.Save("vectors.index");
/// ]]></code></example>
/// <seealso href="../docs/TextEncoders.html">docs/TextEncoders.md</seealso>
public sealed class DenseIndex : IVectorIndex, IDisposable
{
    // The vectors of a block are contiguous, so an addition copies no existing block. A block is a megabyte, whatever the vectors' length.
    private const int BlockNumbers = 1 << 18;

    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly List<string> _ids = [];
    private readonly List<float[]> _blocks = [];
    private readonly int _blockRows;

    /// <summary>An empty index.</summary>
    /// <param name="dimensions">D, the numbers of a vector.</param>
    /// <param name="model">
    /// The model of the vectors, such as the name of an encoder. It is saved, so that vectors of another model are not searched by mistake.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">D is below 1 or above 65,536.</exception>
    public DenseIndex(int dimensions, string model = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, DenseIndexFile.MostDimensions);
        ArgumentNullException.ThrowIfNull(model);
        (Dimensions, Model, _blockRows) = (dimensions, model, BlockNumbers / dimensions);
    }

    /// <inheritdoc/>
    public int Dimensions { get; }

    /// <summary>The model of the vectors.</summary>
    public string Model { get; }

    /// <inheritdoc/>
    public int Count => Read(() => _ids.Count);

    /// <summary>The names of all vectors.</summary>
    internal IReadOnlyList<string> Names => Read(() => _ids.ToArray());

    /// <summary>Reads an index that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The required model of the vectors; null for any.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">It is damaged, no index, or one of another model; the message names the file.</exception>
    public static DenseIndex Load(string path, string? model = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var (saved, ids, values, dimensions) = DenseIndexFile.Read(path);
        if (model is not null && model != saved)
        {
            throw new FormatException($"The vectors of '{path}' were made by '{saved}', not by '{model}'; compute them again.");
        }
        var index = new DenseIndex(dimensions, saved);
        for (var row = 0; row < ids.Length; row++)
        {
            // They already have length 1, and normalising again would change their last bits.
            index.Append(ids[row], values.AsSpan(row * dimensions, dimensions));
        }
        return index;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The name is empty or taken, or the vector does not have D finite numbers, or they are all 0.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public void Add(string id, ReadOnlySpan<float> vector)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var normalized = DotProduct.Normalized(vector, Dimensions, $"The vector of '{id}'");
        _gate.EnterWriteLock();
        try
        {
            if (_rows.ContainsKey(id))
            {
                throw new ArgumentException($"A vector with the name '{id}' already exists; remove it first.", nameof(id));
            }
            Append(id, normalized);
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public bool Remove(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        _gate.EnterWriteLock();
        try
        {
            if (!_rows.Remove(id, out var row))
            {
                return false;
            }
            // The last vector moves to the free position.
            var last = _ids.Count - 1;
            if (row != last)
            {
                Row(last).CopyTo(Row(row));
                _ids[row] = _ids[last];
                _rows[_ids[row]] = row;
            }
            _ids.RemoveAt(last);
            if (last % _blockRows == 0)
            {
                _blocks.RemoveAt(_blocks.Count - 1);
            }
            return true;
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The query does not have D finite numbers, or they are all 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="top"/> is below 1.</exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public IReadOnlyList<VectorMatch> Search(ReadOnlySpan<float> query, int top)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        var normalized = DotProduct.Normalized(query, Dimensions, "The query");
        return Read(() =>
        {
            var best = new TopMatches(Math.Min(top, _ids.Count));
            for (var row = 0; row < _ids.Count; row++)
            {
                best.Add(_ids[row], DotProduct.Of(normalized, Row(row)));
            }
            return best.Sorted();
        });
    }

    /// <summary>The nearest of some vectors.</summary>
    /// <param name="query">D finite numbers, not all of them 0.</param>
    /// <param name="top">The number of results.</param>
    /// <param name="ids">Their names, each once.</param>
    internal IReadOnlyList<VectorMatch> Search(ReadOnlySpan<float> query, int top, IReadOnlyList<string> ids)
    {
        var normalized = DotProduct.Normalized(query, Dimensions, "The query");
        return Read(() =>
        {
            var best = new TopMatches(Math.Min(top, ids.Count));
            foreach (var id in ids)
            {
                best.Add(id, DotProduct.Of(normalized, Row(_rows[id])));
            }
            return best.Sorted();
        });
    }

    /// <summary>Whether there is a vector of this name.</summary>
    internal bool Contains(string id) => Read(() => _rows.ContainsKey(id));

    /// <summary>A vector by its name, of length 1.</summary>
    internal float[] Vector(string id) => Read(() => Row(_rows[id]).ToArray());

    /// <summary>Writes the index to a file, completely or not at all.</summary>
    /// <param name="path">The file; an old one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">There are more numbers than such a file can hold, half a billion.</exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = Read(() => DenseIndexFile.Write(Model, _ids, Dimensions, (row, target) => Row(row).CopyTo(target)));
        AtomicFile.Write(path, file);
    }

    /// <summary>The numbers of all vectors, one after the other, in the order of <see cref="Names"/>.</summary>
    internal float[] Numbers() => Read(() =>
    {
        var numbers = new float[(long)_ids.Count * Dimensions];
        for (var row = 0; row < _ids.Count; row++)
        {
            Row(row).CopyTo(numbers.AsSpan(row * Dimensions));
        }
        return numbers;
    });

    /// <summary>Adds a vector that <see cref="Numbers"/> gave, before the index is used.</summary>
    /// <exception cref="FormatException">It is not of length 1, or the name is taken.</exception>
    internal void Restore(string id, ReadOnlySpan<float> normalized)
    {
        DenseIndexFile.CheckLength(id, normalized);
        if (_rows.ContainsKey(id))
        {
            throw new FormatException($"The vector of '{id}' comes twice.");
        }
        Append(id, normalized);
    }

    /// <summary>Ends the use of the index.</summary>
    public void Dispose() => _gate.Dispose();

    private void Append(string id, ReadOnlySpan<float> normalized)
    {
        var row = _ids.Count;
        if (row % _blockRows == 0)
        {
            _blocks.Add(new float[_blockRows * Dimensions]);
        }
        _rows.Add(id, row);
        _ids.Add(id);
        normalized.CopyTo(Row(row));
    }

    private Span<float> Row(int row) => _blocks[row / _blockRows].AsSpan(row % _blockRows * Dimensions, Dimensions);

    private T Read<T>(Func<T> read)
    {
        _gate.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }
}
