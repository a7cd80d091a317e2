namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Rows of tokens of any length, padded on the right; results of a row do not depend on its padding.</summary>
public sealed class TokenBatch
{
    private readonly int[] _lengths;

    /// <param name="rows">One or more rows, each of one or more tokens. They are copied.</param>
    /// <exception cref="ArgumentException">There is no row, or a row has no token or a negative one.</exception>
    public TokenBatch(IEnumerable<IReadOnlyList<int>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var all = rows.ToArray();
        _lengths = [.. all.Select(row => row.Count)];
        if (all.Length == 0)
        {
            throw new ArgumentException("The batch has no row; give at least one.", nameof(rows));
        }
        if (Array.IndexOf(_lengths, 0) is var empty and >= 0)
        {
            throw new ArgumentException($"Row {empty} has no token; give it at least one.", nameof(rows));
        }
        Steps = _lengths.Max();
        Padded = new long[all.Length * Steps];
        for (var row = 0; row < all.Length; row++)
        {
            for (var t = 0; t < _lengths[row]; t++)
            {
                Padded[(row * Steps) + t] = all[row][t] >= 0
                    ? all[row][t]
                    : throw new ArgumentException($"Row {row} has the token {all[row][t]} at {t}; tokens start at 0.", nameof(rows));
            }
        }
    }

    /// <summary>Rows (B).</summary>
    public int Rows => _lengths.Length;

    /// <summary>Tokens of the longest row (T).</summary>
    public int Steps { get; }

    /// <summary>Tokens of each row.</summary>
    public IReadOnlyList<int> Lengths => _lengths;

    // [B, T], 0 as padding.
    internal long[] Padded { get; }

    internal bool IsFull => Array.TrueForAll(_lengths, length => length == Steps);

    internal long[] LastIndices => [.. _lengths.Select((length, row) => ((long)row * Steps) + length - 1)];

    /// <summary>A token of a row.</summary>
    public int this[int row, int step] => step < _lengths[row]
        ? (int)Padded[(row * Steps) + step]
        : throw new ArgumentOutOfRangeException(nameof(step), step, $"Row {row} has {_lengths[row]} tokens.");
}
