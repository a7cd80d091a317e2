namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A subword tokenizer with added tokens.</summary>
/// <param name="begin">Encodes the first text of a row.</param>
/// <param name="added">The tokens found first.</param>
/// <param name="files">The files of the tokenizer.</param>
internal sealed class SubwordTokenizer(SubwordVocabulary begin, AddedTokens added, IReadOnlyDictionary<string, byte[]> files)
    : TransformerTokenizer
{
    private readonly HashSet<int> _known = [.. begin.Tokens];
    private readonly int _size = Math.Max(begin.Tokens.Max() + 1, added.End);

    /// <summary>Encodes the text after a token; null where it is encoded like the first text.</summary>
    public SubwordVocabulary? GoOn { get; init; }

    /// <summary>Whether this applies after all added tokens, and not only after symbols of the vocabulary.</summary>
    public bool AlwaysGoesOn { get; init; }

    /// <summary>The tokens before a text that begins with such a symbol.</summary>
    public string? BeforeSymbol { get; init; }

    /// <summary>The token that begins every row, if one does.</summary>
    public int? First { get; init; }

    /// <summary>Whether it is added to rows.</summary>
    public bool AddsFirst { get; init; }

    /// <summary>The token that ends rows, if one does.</summary>
    public int? Last { get; init; }

    /// <summary>Whether it is added to rows.</summary>
    public bool AddsLast { get; init; }

    public override int VocabularySize => _size;

    internal override int[] Encode(string text, Func<string, Exception> refuse)
    {
        var tokens = new List<int>();
        if (AddsFirst && First is { } first)
        {
            tokens.Add(first);
        }
        var start = tokens.Count;
        AddedToken? before = null;
        foreach (var (part, token) in added.Split(text))
        {
            if (token is not null)
            {
                var begins = before is null ? tokens.Count == start : !before.JoinsText && !AlwaysGoesOn;
                tokens.AddRange(begins && token.JoinsText && BeforeSymbol is { } blank ? GoOn?.Encode(blank, out _) ?? [] : []);
                tokens.Add(token.Token);
            }
            else
            {
                var reader = before is not null && (AlwaysGoesOn || before.JoinsText) ? GoOn ?? begin : begin;
                tokens.AddRange(reader.Encode(part, out var unknown) ?? throw refuse(Unknown(text, unknown)));
            }
            before = token;
        }
        if (AddsLast && Last is { } last)
        {
            tokens.Add(last);
        }
        return [.. tokens];
    }

    internal override IReadOnlyDictionary<string, byte[]> Files() => files;

    private protected override string DecodeKnown(int[] tokens)
    {
        if (Array.FindIndex(tokens, token => !_known.Contains(token) && added.Find(token) is null) is var hole and >= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(tokens), tokens[hole], $"The token at {hole} is not of the vocabulary, which has none of this number.");
        }
        var start = tokens.Length > 0 && tokens[0] == First ? 1 : 0;
        var end = tokens.Length > start && tokens[^1] == Last ? tokens.Length - 1 : tokens.Length;
        var text = new System.Text.StringBuilder();
        var ordinary = new List<int>();
        AddedToken? before = null;
        void Flush()
        {
            if (ordinary.Count > 0)
            {
                text.Append((before is not null && (AlwaysGoesOn || before.JoinsText) ? GoOn ?? begin : begin).Decode(ordinary));
                ordinary.Clear();
            }
        }
        foreach (var token in tokens.AsSpan(start, end - start))
        {
            if (added.Find(token) is not { } found)
            {
                ordinary.Add(token);
                continue;
            }
            Flush();
            text.Append(found.Text);
            before = found;
        }
        Flush();
        return text.ToString();
    }
}
