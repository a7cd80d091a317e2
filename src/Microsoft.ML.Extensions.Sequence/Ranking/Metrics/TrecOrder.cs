namespace Microsoft.ML.Extensions.Sequence;

/// <summary>trec_eval's order of a ranking: by descending score, then by descending id.</summary>
internal sealed class TrecOrder : IComparer<RankedDocument>
{
    public static readonly TrecOrder Instance = new();

    public int Compare(RankedDocument x, RankedDocument y) => x.Score == y.Score ? CompareIds(y.Id, x.Id) : y.Score.CompareTo(x.Score);

    /// <summary>The order of the ids' bytes in UTF-8, as of C's strcmp.</summary>
    public static int CompareIds(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        return common == left.Length || common == right.Length ? left.Length.CompareTo(right.Length)
            : Weight(left[common]).CompareTo(Weight(right[common]));
    }

    // In UTF-16 surrogates sort before the last characters of the basic plane, in UTF-8 after them.
    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
