namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Examples of <see cref="CircuitTasks.Brackets"/>.</summary>
internal sealed class BracketsTask
{
    private const int Balanced = 1, Unbalanced = 0;

    private readonly TransformerTokenizer _tokenizer;
    private readonly int _length;

    public BracketsTask(TransformerTokenizer tokenizer, int length)
    {
        if (length < 2 || length % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "A balanced row has an even number of brackets, 2 or more.");
        }
        (_tokenizer, _length) = (tokenizer, length);
    }

    public TaskPair Pair(Random random, CircuitNegatives negatives)
    {
        var balanced = RandomBalanced(_length, random);
        var unbalanced = negatives == CircuitNegatives.Easy ? [.. balanced.Order()]
            : random.Next(2) == 0 ? Reordered(balanced, random)
            : Turned(balanced, random);
        return TaskPair.Of(Tokens(balanced), Tokens(unbalanced), [new CircuitTarget(0, Balanced, Unbalanced)]);
    }

    public static bool IsBalanced(bool[] isOpen)
    {
        var depth = 0;
        foreach (var open in isOpen)
        {
            depth += open ? 1 : -1;
            if (depth < 0)
            {
                return false;
            }
        }
        return depth == 0;
    }

    // Of the rotations of a row with one surplus opening bracket, exactly one never returns to its start (Dvoretzky and Motzkin 1947);
    // the rest after its first bracket is balanced, and each balanced row results from equally many orders.
    private static bool[] RandomBalanced(int length, Random random)
    {
        var row = new bool[length + 1];
        row.AsSpan(0, (length / 2) + 1).Fill(true);
        random.Shuffle(row);
        var (depth, lowest, first) = (0, 0, 0);
        for (var i = 0; i < row.Length; i++)
        {
            depth += row[i] ? 1 : -1;
            if (depth <= lowest)
            {
                (lowest, first) = (depth, i + 1);
            }
        }
        return [.. row[first..].Concat(row[..first]).Skip(1)];
    }

    private static bool[] Reordered(bool[] balanced, Random random)
    {
        bool[] row = [.. balanced];
        do
        {
            random.Shuffle(row);
        }
        while (IsBalanced(row));
        return row;
    }

    private static bool[] Turned(bool[] balanced, Random random)
    {
        bool[] row = [.. balanced];
        row[random.Next(row.Length)] ^= true;
        return row;
    }

    private int[] Tokens(bool[] isOpen)
    {
        var text = string.Concat(isOpen.Select(open => open ? '(' : ')'));
        var tokens = _tokenizer.Encode(text);
        return tokens.Count(token => _tokenizer.Decode([token]) is "(" or ")") == _length
            ? tokens
            : throw new ArgumentException(
                $"The tokenizer does not make a token of each bracket of '{text}'; give one that does, as one of characters.");
    }
}
