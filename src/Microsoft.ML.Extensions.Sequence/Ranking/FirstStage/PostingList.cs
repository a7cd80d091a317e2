namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The documents that have a term, in the order of addition, including removed ones.</summary>
internal sealed class PostingList
{
    private int[] _documents = new int[2];
    private int[] _frequencies = [];

    /// <summary>The number of existing documents with the term.</summary>
    public int Alive { get; private set; }

    /// <summary>The frequency of the term in them.</summary>
    public long Frequency { get; private set; }

    /// <summary>The numbers of all of them.</summary>
    public ReadOnlySpan<int> Documents => _documents.AsSpan(0, Count);

    /// <summary>Its frequency in each field of each document, [documents, fields].</summary>
    public ReadOnlySpan<int> Frequencies => _frequencies;

    private int Count { get; set; }

    public void Add(int document, ReadOnlySpan<int> frequencies)
    {
        if (Count == _documents.Length)
        {
            Array.Resize(ref _documents, checked(2 * Count));
        }
        if (_frequencies.Length < _documents.Length * frequencies.Length)
        {
            Array.Resize(ref _frequencies, checked(_documents.Length * frequencies.Length));
        }
        _documents[Count] = document;
        frequencies.CopyTo(_frequencies.AsSpan(Count * frequencies.Length));
        Count++;
        Alive++;
        Frequency += Sum(frequencies);
    }

    /// <summary>Removes a document from the counts.</summary>
    public void Forget(ReadOnlySpan<int> frequencies)
    {
        Alive--;
        Frequency -= Sum(frequencies);
    }

    private static long Sum(ReadOnlySpan<int> frequencies)
    {
        var sum = 0L;
        foreach (var frequency in frequencies)
        {
            sum += frequency;
        }
        return sum;
    }
}
