namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Finds added tokens in a text as Hugging Face's tokenizers do: from the left, the longest first.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<char, AddedToken[]> _byStart;
    private readonly Dictionary<int, AddedToken> _byToken;

    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        var all = tokens.ToArray();
        _byStart = all.GroupBy(token => token.Text[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Text.Length).ToArray());
        _byToken = all.ToDictionary(token => token.Token);
    }

    /// <summary>One more than the largest number; 0 where there are none.</summary>
    public int End => _byToken.Count == 0 ? 0 : _byToken.Keys.Max() + 1;

    public IEnumerable<AddedToken> All => _byToken.Values;

    public AddedToken? Find(int token) => _byToken.GetValueOrDefault(token);

    /// <summary>The parts of a text in order; none is empty.</summary>
    public IEnumerable<TextPart> Split(string text)
    {
        var done = 0;
        for (var start = 0; start < text.Length;)
        {
            if (At(text, start) is not { } token)
            {
                start++;
                continue;
            }
            var (begin, end) = (start, start + token.Text.Length);
            start = end;
            if (token.IsWord && ((begin > 0 && IsWordPart(text[begin - 1])) || (end < text.Length && IsWordPart(text[end]))))
            {
                continue;
            }
            while (token.TakesSpaceBefore && begin > done && char.IsWhiteSpace(text[begin - 1]))
            {
                begin--;
            }
            while (token.TakesSpaceAfter && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }
            if (begin > done)
            {
                yield return new TextPart(text[done..begin], null);
            }
            yield return new TextPart(token.Text, token);
            (start, done) = (end, end);
        }
        if (done < text.Length)
        {
            yield return new TextPart(text[done..], null);
        }
    }

    private AddedToken? At(string text, int start) => _byStart.TryGetValue(text[start], out var candidates)
        ? Array.Find(candidates, token => string.CompareOrdinal(text, start, token.Text, 0, token.Text.Length) == 0)
        : null;

    private static bool IsWordPart(char character) => char.IsLetterOrDigit(character) || character == '_';
}
