namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A tokenizer with one token per symbol: characters, or words separated by single spaces.</summary>
internal sealed class SymbolTokenizer : TransformerTokenizer
{
    private readonly string[] _symbols;
    private readonly Dictionary<string, int> _tokens = [];
    private readonly string _separator;
    private readonly int? _first;
    private readonly int? _last;

    public SymbolTokenizer(IReadOnlyList<string> symbols, string separator, string? first, string? last)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        (_symbols, _separator) = ([.. symbols], separator);
        for (var token = 0; token < _symbols.Length; token++)
        {
            if (string.IsNullOrEmpty(_symbols[token]) || !_tokens.TryAdd(_symbols[token], token))
            {
                throw new ArgumentException(
                    $"The symbol '{_symbols[token]}' of token {token} is empty or there before; each must be one of its own.",
                    nameof(symbols));
            }
        }
        (_first, _last) = (End(first, nameof(first)), End(last, nameof(last)));
    }

    public override int VocabularySize => _symbols.Length;

    /// <summary>A text's symbols. A character beyond the basic plane (an emoji) is one, not two.</summary>
    public static IEnumerable<string> Parts(string text, string separator) =>
        text.Length == 0 ? [] : separator.Length == 0 ? text.EnumerateRunes().Select(rune => rune.ToString()) : text.Split(separator);

    internal override int[] Encode(string text, Func<string, Exception> refuse)
    {
        var tokens = Parts(text, _separator)
            .Select(part => _tokens.TryGetValue(part, out var token) ? token : throw refuse(Unknown(text, part)));
        return [.. _first is { } first ? [first] : Array.Empty<int>(), .. tokens, .. _last is { } last ? [last] : Array.Empty<int>()];
    }

    internal override IReadOnlyDictionary<string, byte[]> Files() => new Dictionary<string, byte[]>
    {
        [SymbolFile.Name] = new SymbolFile(_symbols, _separator, Symbol(_first), Symbol(_last)).Write(),
    };

    private protected override string DecodeKnown(int[] tokens) =>
        string.Join(_separator, tokens.Where(token => token != _first && token != _last).Select(token => _symbols[token]));

    private string? Symbol(int? token) => token is { } known ? _symbols[known] : null;

    private int? End(string? symbol, string name) => symbol is null ? null
        : _tokens.TryGetValue(symbol, out var token) ? token
        : throw new ArgumentException($"'{symbol}' is not among the symbols.", name);
}
