using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Images or sentences, found by images or by sentences.</summary>
/// <remarks>
/// <para>Create it with <c>model.CreateIndex</c>. An id may have several entries, such as the sentences of one image or the descriptions of
/// a class; it is found by the best of them. An index of sentences that describe classes, searched by images, is a classifier that needs no
/// training images of these classes.</para>
/// <para>Searches run concurrently; an addition or removal waits for running searches. The default index compares with every entry; let
/// <c>CreateIndex</c> create an approximate index where there are so many that this takes too long.</para>
/// </remarks>
/// <inheritdoc cref="ImageTextIndexCatalog.CreateIndex" path="/example"/>
/// <seealso href="../docs/ImageTextMatching.html">docs/ImageTextMatching.md</seealso>
public sealed class ImageTextIndex : IDisposable
{
    // Stands between an id and the number of its entry, and in no id.
    private const char Entry = '\0';

    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Dictionary<string, int> _entries = new(StringComparer.Ordinal);
    private readonly ImageTextEncoder _encoder;
    private readonly IVectorIndex _vectors;
    private readonly DenseIndex? _own;
    private readonly ApproximateVectors? _approximate;
    private int _mostEntries = 1;

    internal ImageTextIndex(
        ImageTextEncoder encoder, ImageTextContent content, IVectorIndex? vectors, ApproximateVectors? approximate, DenseIndex? own = null)
    {
        (_encoder, Content, _approximate) = (encoder, content, approximate);
        _own = vectors is null ? own ?? new DenseIndex(encoder.Size, ModelOf(encoder, content)) : null;
        _vectors = vectors ?? _own!;
        if (_vectors.Dimensions != encoder.Size)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The index is for vectors of {_vectors.Dimensions} numbers, and those of the model have {encoder.Size}."),
                nameof(vectors));
        }
    }

    /// <summary>What it holds.</summary>
    public ImageTextContent Content { get; }

    /// <summary>How many entries there are.</summary>
    public int Count => _vectors.Count;

    /// <summary>Adds the images or sentences of rows. Images that cannot be read are left out where the trainer's options say so.</summary>
    /// <param name="data">The rows, as the model reads them; the columns of the other side of a pair are not needed.</param>
    /// <param name="idColumnName">The id, a key, text or whole number. The default is <c>Id</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row has no id, or its image cannot be read; the message names column and row.</exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public void Add(IDataView data, string idColumnName = "Id")
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(idColumnName);
        foreach (var (id, vector) in _encoder.Encode(data, Content, idColumnName))
        {
            Add(id, vector);
        }
    }

    /// <summary>Removes all entries of an id; false where there are none.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public bool Remove(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        _gate.EnterWriteLock();
        try
        {
            if (!_entries.Remove(id, out var count))
            {
                return false;
            }
            for (var entry = 0; entry < count; entry++)
            {
                _vectors.Remove(Name(id, entry));
                _approximate?.Removed(Name(id, entry), _own!);
            }
            return true;
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    /// <summary>The ids nearest to a sentence, the nearest first.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="top">The number of results.</param>
    /// <exception cref="ArgumentException">The model knows none of its words, nor a run of their letters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="top"/> is below 1, or the model reads vectors that no step of its pipeline makes of a text in the column of
    /// sentences: search by rows then.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public IReadOnlyList<VectorMatch> Search(string sentence, int top = 10)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return Search(_encoder.Encode(sentence), top);
    }

    /// <summary>The ids nearest to an image, the nearest first.</summary>
    /// <param name="image">The image.</param>
    /// <param name="top">The number of results.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="top"/> is below 1, or the model reads vectors that no step of its pipeline makes of an image in the column of
    /// images: search by rows then.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public IReadOnlyList<VectorMatch> Search(MLImage image, int top = 10)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Search(_encoder.Encode(image), top);
    }

    /// <summary>The ids nearest to each row, the nearest first.</summary>
    /// <param name="queries">The rows, as the model reads them.</param>
    /// <param name="content">What to read of them: images or sentences.</param>
    /// <param name="top">The number of results for each.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="top"/> is below 1, or a column is missing or of another
    /// type.</exception>
    /// <exception cref="InvalidDataException">The image of a row cannot be read; the message names column and row.</exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public IReadOnlyList<IReadOnlyList<VectorMatch>> Search(IDataView queries, ImageTextContent content, int top = 10)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return [.. _encoder.Encode(queries, content, null).Select(query => Search(query.Vector, top))];
    }

    /// <summary>Writes the index to a file, completely or not at all. <c>model.LoadIndex</c> reads it.</summary>
    /// <param name="path">The file; an old one is replaced.</param>
    /// <exception cref="InvalidOperationException">The vectors are in an index of the caller's, which saves itself.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public void Save(string path)
    {
        if (_own is null)
        {
            throw new InvalidOperationException("The vectors are in an index that was given to CreateIndex; save that one.");
        }
        _own.Save(path);
    }

    /// <summary>Ends the use of the index. It does not dispose the model.</summary>
    public void Dispose()
    {
        _encoder.Dispose();
        _approximate?.Dispose();
        _own?.Dispose();
        _gate.Dispose();
    }

    internal static ImageTextIndex Load(ImageTextEncoder encoder, string path, ApproximateVectors? approximate)
    {
        var vectors = DenseIndex.Load(path);
        var content = Enum.GetValues<ImageTextContent>().Cast<ImageTextContent?>()
            .FirstOrDefault(value => vectors.Model == ModelOf(encoder, value!.Value))
            ?? throw new FormatException($"'{path}' was not saved by an index of this model; create the index again.");
        var index = new ImageTextIndex(encoder, content, null, approximate, vectors);
        var names = vectors.Names;
        foreach (var name in names)
        {
            index.Remember(name.Split(Entry)[0]);
        }
        if (names.Count > 0)
        {
            approximate?.Added(names[^1], vectors);
        }
        return index;
    }

    private void Add(string id, float[] vector)
    {
        if (id.Contains(Entry))
        {
            throw new InvalidDataException("An id has the character U+0000; leave it out.");
        }
        _gate.EnterWriteLock();
        try
        {
            var name = Name(id, _entries.GetValueOrDefault(id));
            _vectors.Add(name, vector);
            Remember(id);
            _approximate?.Added(name, _own!);
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    private void Remember(string id)
    {
        var count = _entries.GetValueOrDefault(id) + 1;
        _entries[id] = count;
        _mostEntries = Math.Max(_mostEntries, count);
    }

    // With at most so many entries of an id, the best of them hold as many ids as wanted.
    private IReadOnlyList<VectorMatch> Search(float[] query, int top)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        _gate.EnterReadLock();
        try
        {
            var entries = (int)Math.Min(int.MaxValue, (long)top * _mostEntries);
            var matches = _approximate?.Propose(query, entries, _own!) is { } proposed
                ? _own!.Search(query, entries, proposed) : _vectors.Search(query, entries);
            return [.. matches.Select(match => match with { Id = match.Id.Split(Entry)[0] }).DistinctBy(match => match.Id).Take(top)];
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    private static string Name(string id, int entry) =>
        entry == 0 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}{Entry}{entry}");

    private static string ModelOf(ImageTextEncoder encoder, ImageTextContent content) => $"ImageText {content} {encoder.Fingerprint}";
}
