namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The documents that have a term, in the order in which they came, with those that were removed since.</summary>
internal sealed class PostingList
{
    private int[] _documents = new int[2];
    private int[] _frequencies = [];

    /// <summary>How many documents that are still there have the term.</summary>
    public int Alive { get; private set; }

    /// <summary>How often the term stands in them.</summary>
    public long Frequency { get; private set; }

    /// <summary>The numbers of all of them.</summary>
    public ReadOnlySpan<int> Documents => _documents.AsSpan(0, Count);

    /// <summary>How often it stands in each field of each, [documents, fields].</summary>
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

    /// <summary>A document that has it is no more.</summary>
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
