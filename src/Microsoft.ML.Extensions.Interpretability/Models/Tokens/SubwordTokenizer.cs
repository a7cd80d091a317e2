using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A tokenizer of Microsoft.ML.Tokenizers whose answers are checked: some of them drop what they do not know.</summary>
internal sealed class SubwordTokenizer(Tokenizer tokenizer, int vocabularySize, int? unknown, IReadOnlyDictionary<string, byte[]> files) : TransformerTokenizer
{
    public override int VocabularySize => vocabularySize;

    internal override int[] Encode(string text, Func<string, Exception> refuse)
    {
        var tokens = tokenizer.EncodeToIds(text).ToArray();
        var read = tokenizer.Decode(tokens) ?? "";
        if ((unknown is { } id && Array.IndexOf(tokens, id) >= 0) || read != text)
        {
            var known = text.Zip(read).TakeWhile(pair => pair.First == pair.Second).Count();
            throw refuse(Unknown(text, known < text.Length ? text.Substring(known, 1) : text));
        }
        return tokens;
    }

    internal override IReadOnlyDictionary<string, byte[]> Files() => files;

    private protected override string DecodeKnown(int[] tokens) => tokenizer.Decode(tokens) ?? "";
}
