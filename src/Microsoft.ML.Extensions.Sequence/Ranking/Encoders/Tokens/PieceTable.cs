namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A dictionary from strings to ids with lookup by spans, which .NET has from version 9 on.</summary>
internal sealed class PieceTable
{
    private readonly int[] _buckets;
    private readonly List<(string Piece, int Id, int Next)> _entries;

    /// <param name="pieces">The strings with their ids; if a string occurs twice, its last id counts.</param>
    /// <param name="count">
    /// Their number, so that the table is allocated once and no larger than needed: a file may have a string in each byte.
    /// </param>
    public PieceTable(IEnumerable<(string Piece, int Id)> pieces, int count)
    {
        _entries = new(count);
        _buckets = new int[Math.Max(1, 2 * count)];
        Array.Fill(_buckets, -1);
        foreach (var (piece, id) in pieces)
        {
            ref var bucket = ref _buckets[Bucket(piece)];
            _entries.Add((piece, id, bucket));
            bucket = _entries.Count - 1;
            Longest = Math.Max(Longest, piece.Length);
        }
    }

    /// <summary>The length of the longest string.</summary>
    public int Longest { get; }

    /// <summary>The id of a string; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<char> piece)
    {
        for (var place = _buckets[Bucket(piece)]; place >= 0; place = _entries[place].Next)
        {
            if (piece.SequenceEqual(_entries[place].Piece))
            {
                return _entries[place].Id;
            }
        }
        return -1;
    }

    private int Bucket(ReadOnlySpan<char> piece) => (int)((uint)string.GetHashCode(piece) % (uint)_buckets.Length);
}
