namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A summary of a text column.</summary>
/// <param name="Texts">Rows that have a text.</param>
/// <param name="Empty">Rows that have none.</param>
/// <param name="Symbols">The characters or words of the texts, in order.</param>
internal sealed record TextSurvey(long Texts, long Empty, IReadOnlyList<string> Symbols)
{
    /// <param name="rows">The column.</param>
    /// <param name="tokens">The kind of symbols to collect; null for none.</param>
    /// <exception cref="InvalidDataException">Words are not separated by single spaces; the message names column and row.</exception>
    public static TextSurvey Of(TextRows rows, LanguageModelTokens? tokens)
    {
        var (texts, empty) = (0L, 0L);
        var symbols = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (row, text) in rows.All())
        {
            if (text.Length == 0)
            {
                empty++;
                continue;
            }
            texts++;
            if (tokens is { } kind)
            {
                symbols.UnionWith(SymbolTokenizer.Parts(text, kind == LanguageModelTokens.Words ? " " : ""));
            }
            if (symbols.Contains(""))
            {
                throw rows.Refuse(row, "a space begins or ends the text, or follows another; separate words by single spaces.");
            }
        }
        return new TextSurvey(texts, empty, [.. symbols]);
    }

    public TransformerTokenizer Tokenizer(LanguageModelOptions options)
    {
        string[] symbols = [.. new[] { options.FirstSymbol, options.LastSymbol }.OfType<string>().Concat(Symbols).Distinct()];
        return options.Tokens == LanguageModelTokens.Words
            ? TransformerTokenizer.OfWords(symbols, options.FirstSymbol, options.LastSymbol)
            : TransformerTokenizer.OfCharacters(symbols, options.FirstSymbol, options.LastSymbol);
    }
}
