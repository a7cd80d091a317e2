namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The code of each head in each example.</summary>
/// <remarks>
/// <see cref="NoCode"/> is never counted; the code of O'Neill and Bui (2024) has 0 there, which is a feature's code as well.
/// </remarks>
internal sealed class CodeTable
{
    /// <summary>The code where no feature is active.</summary>
    public const int NoCode = -1;

    private readonly int[] _codes;

    /// <param name="codes"><c>[examples, heads]</c>, row by row.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="isPositive">Whether each example is a positive one.</param>
    /// <exception cref="ArgumentException">The numbers do not fit, or there is no positive or no negative example.</exception>
    public CodeTable(int[] codes, int heads, IReadOnlyList<bool> isPositive)
    {
        if (heads < 1 || codes.Length != heads * isPositive.Count)
        {
            throw new ArgumentException(
                $"There are {codes.Length} codes for {isPositive.Count} examples of {heads} heads; there must be one for each.",
                nameof(codes));
        }
        var positives = isPositive.Count(positive => positive);
        if (positives == 0 || positives == isPositive.Count)
        {
            throw new ArgumentException(
                $"Of {isPositive.Count} examples {positives} are positive; a circuit is found from both positive and negative ones.",
                nameof(isPositive));
        }
        (_codes, Heads, IsPositive) = (codes, heads, isPositive);
    }

    /// <summary>Heads.</summary>
    public int Heads { get; }

    /// <summary>Examples.</summary>
    public int Examples => IsPositive.Count;

    /// <summary>Whether each example is a positive one.</summary>
    public IReadOnlyList<bool> IsPositive { get; }

    /// <summary>A head's code in an example.</summary>
    public int this[int example, int head] => _codes[(example * Heads) + head];

    /// <summary>The same codes with other labels.</summary>
    public CodeTable WithLabels(IReadOnlyList<bool> isPositive) => new(_codes, Heads, isPositive);
}
