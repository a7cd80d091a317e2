using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A tokenizer of Microsoft.ML.Tokenizers with a check of its results: some tokenizers drop unknown text.</summary>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Unknown">Its token for what it does not know, if it has one.</param>
/// <param name="Tokens">Its tokens.</param>
internal sealed record SubwordVocabulary(Tokenizer Tokenizer, int? Unknown, IReadOnlyCollection<int> Tokens)
{
    /// <summary>The tokens of a text; null where a part is outside the vocabulary, with that part.</summary>
    public IReadOnlyList<int>? Encode(string text, out string unknown)
    {
        var tokens = Tokenizer.EncodeToIds(text);
        var read = Decode(tokens);
        var known = text.Zip(read).TakeWhile(pair => pair.First == pair.Second).Count();
        unknown = known < text.Length ? text.Substring(known, 1) : text;
        return (Unknown is { } id && tokens.Contains(id)) || read != text ? null : tokens;
    }

    public string Decode(IEnumerable<int> tokens) => Tokenizer.Decode(tokens) ?? "";
}
