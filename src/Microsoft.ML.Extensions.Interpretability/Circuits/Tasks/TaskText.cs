namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Texts whose words are to be single tokens.</summary>
internal sealed class TaskText
{
    private readonly TransformerTokenizer _tokenizer;
    private readonly string _context;
    private readonly int[] _before;

    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="context">A text that words are tried after.</param>
    /// <exception cref="ArgumentException">The tokenizer cannot say the context.</exception>
    public TaskText(TransformerTokenizer tokenizer, string context) =>
        (_tokenizer, _context, _before) = (tokenizer, context, tokenizer.Encode(context));

    /// <summary>The token of a text after the context; null where it is none, or several.</summary>
    public int? Token(string text) =>
        Continue(_context + text) is { } all && all.Length == _before.Length + 1 && all.AsSpan().StartsWith(_before) ? all[^1] : null;

    /// <summary>The words that are a token of their own after a space, and these tokens.</summary>
    /// <exception cref="ArgumentException">There are too few of them.</exception>
    public (string Word, int Token)[] Words(string kind, string words, int needed)
    {
        var all = words.Split(' ');
        (string Word, int Token)[] known = [.. from word in all let token = Token(" " + word) where token is not null select (
            word, token.Value)];
        return known.Length >= needed ? known : throw new ArgumentException(
            $"{known.Length} of {all.Length} {kind} are single tokens of the tokenizer after a space, and {needed} must be. "
            + $"These are not: {string.Join(", ", all.Except(known.Select(pair => pair.Word)))}.");
    }

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="copied">Tokens that must be among them, as the model is to copy them.</param>
    /// <exception cref="ArgumentException">The tokenizer cannot say the text, or splits a word there that it knows elsewhere.</exception>
    public int[] Encode(string text, params int[] copied)
    {
        var tokens = _tokenizer.Encode(text);
        return Array.TrueForAll(copied, token => Array.IndexOf(tokens, token) >= 0)
            ? tokens
            : throw new ArgumentException(
                $"In '{text}' the words '{_tokenizer.Decode(copied)}' are other tokens than after a space; give a tokenizer that splits words from punctuation.");
    }

    /// <summary>Tokens in random order; one that begins every row stays.</summary>
    public int[] Shuffled(int[] tokens, Random random)
    {
        int[] row = [.. tokens];
        var kept = _tokenizer.Decode([row[0]]).Length == 0 ? 1 : 0;
        random.Shuffle(row.AsSpan(kept));
        return row;
    }

    /// <summary>Some of the items, none twice, in random order.</summary>
    public static T[] Draw<T>(T[] items, int count, Random random)
    {
        T[] all = [.. items];
        random.Shuffle(all);
        return all[..count];
    }

    // Words outside the vocabulary are left out.
    private int[]? Continue(string text)
    {
        try
        {
            return _tokenizer.Encode(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
