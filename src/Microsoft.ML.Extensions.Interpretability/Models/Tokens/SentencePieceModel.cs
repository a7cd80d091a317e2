using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Reads a SentencePiece model (<c>sentencepiece_model.proto</c>) as far as needed to validate it and to list its symbols.
/// </summary>
internal sealed class SentencePieceModel
{
    private const int UnknownType = 2, ControlType = 3, SymbolType = 4, ByteType = 6;
    private const int Bytes = 256;
    private const char Underscore = '\u2581';

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _path;
    private readonly List<(string Text, ulong Type)> _pieces = [];
    private readonly Dictionary<string, int> _tokens = [];

    // The defaults of the format.
    private ulong _kind = 1;
    private bool _hasTrainer, _bytesForUnknown, _suffixes, _beginsWithSpace = true;
    private int _unknown, _first = 1, _last = 2;

    /// <exception cref="FormatException">The bytes are not such a model, or are truncated; the message names the file.</exception>
    public SentencePieceModel(byte[] model, string path)
    {
        _path = path;
        try
        {
            Read(model);
        }
        catch (Exception e) when (e is DecoderFallbackException)
        {
            throw Wrong($"a piece is no UTF-8: {e.Message}");
        }
        Check();
    }

    public int? First => _first >= 0 && _first < _pieces.Count && _pieces[_first].Type == ControlType ? _first : null;

    public int? Last => _last >= 0 && _last < _pieces.Count && _pieces[_last].Type == ControlType ? _last : null;

    public IReadOnlyDictionary<string, int> Tokens => _tokens;

    /// <summary>Creates the tokenizer in the way of Hugging Face's Llama.</summary>
    /// <param name="model">The bytes.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="side">The other files in its folder; null for the file alone.</param>
    /// <exception cref="FormatException">The model is damaged, or another file has an unsupported setting.</exception>
    public static SubwordTokenizer Load(byte[] model, string path, SideFiles? side = null)
    {
        var read = new SentencePieceModel(model, path);
        side?.CheckForLlama();
        var files = new Dictionary<string, byte[]> { [TransformerTokenizer.SentencePieceFile] = model };
        foreach (var name in side?.Present ?? [])
        {
            files[name] = File.ReadAllBytes(side!.PathOf(name));
        }
        // Protocol buffers join messages: a second normalizer changes one field of the first.
        var plain = new ProtocolBuffer();
        var normalizer = new ProtocolBuffer();
        normalizer.Add(3, 0UL);
        plain.Add(3, normalizer);
        return new SubwordTokenizer(read.Vocabulary(model), read.Added(side), files)
        {
            GoOn = read.Vocabulary([.. model, .. plain.ToArray()]),
            AlwaysGoesOn = side is not null && !side.Flag("legacy", true),
            BeforeSymbol = read._beginsWithSpace ? " " : null,
            First = read.First,
            AddsFirst = side?.Flag("add_bos_token", true) ?? true,
            Last = read.Last,
            AddsLast = side?.Flag("add_eos_token", false) ?? false,
        };
    }

    private SubwordVocabulary Vocabulary(byte[] model)
    {
        try
        {
            using var stream = new MemoryStream(model);
            var vocabulary = new SubwordVocabulary(
                SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false), _unknown,
                    [.. Enumerable.Range(0, _pieces.Count)]);
            // Errors in the normalizer's tables appear only when a text is read.
            vocabulary.Encode("a \u00E9", out _);
            return vocabulary;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or FormatException))
        {
            throw Wrong($"it cannot be used: {e.Message}");
        }
    }

    // Begin, end and unknown tokens as in Hugging Face, and the symbols that the model never splits.
    private AddedTokens Added(SideFiles? side)
    {
        var ends = new[] { First, Last, _unknown }.OfType<int>().Distinct().Select(token => new AddedToken(_pieces[token].Text, token));
        var symbols = Enumerable.Range(0, _pieces.Count).Where(token => _pieces[token].Type == SymbolType)
            .Select(token => new AddedToken(_pieces[token].Text.Replace(Underscore, ' '), token, JoinsText: true));
        var named = side?.ReadTokens(_tokens, []).All ?? [];
        return new AddedTokens(named.Concat(ends).Concat(symbols).DistinctBy(token => token.Token));
    }

    private void Read(ReadOnlySpan<byte> model)
    {
        var reader = new ProtocolReader(model, Wrong);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    ReadPiece(reader.Bytes);
                    break;
                case 2:
                    ReadTrainer(reader.Bytes);
                    break;
                case 3:
                    ReadNormalizer(reader.Bytes);
                    break;
            }
        }
    }

    private void ReadPiece(ReadOnlySpan<byte> piece)
    {
        var (text, score, type) = ("", 0f, 1UL);
        var reader = new ProtocolReader(piece, Wrong);
        while (reader.Next())
        {
            (text, score, type) = reader.Field switch
            {
                1 => (StrictUtf8.GetString(reader.Bytes), score, type),
                2 => (text, reader.Single, type),
                3 => (text, score, reader.Value),
                _ => (text, score, type),
            };
        }
        if (text.Length == 0 || !float.IsFinite(score) || type is < 1 or > ByteType || !_tokens.TryAdd(text, _pieces.Count))
        {
            throw Wrong($"piece {_pieces.Count} ('{text}') is empty, there before, of an unknown type or without a finite score");
        }
        _pieces.Add((text, type));
    }

    private void ReadTrainer(ReadOnlySpan<byte> trainer)
    {
        _hasTrainer = true;
        var reader = new ProtocolReader(trainer, Wrong);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    _kind = reader.Value;
                    break;
                case 24:
                    _suffixes = reader.Value != 0;
                    break;
                case 35:
                    _bytesForUnknown = reader.Value != 0;
                    break;
                case 40:
                    _unknown = (int)reader.Value;
                    break;
                case 41:
                    _first = (int)reader.Value;
                    break;
                case 42:
                    _last = (int)reader.Value;
                    break;
            }
        }
    }

    private void ReadNormalizer(ReadOnlySpan<byte> normalizer)
    {
        var reader = new ProtocolReader(normalizer, Wrong);
        while (reader.Next())
        {
            _beginsWithSpace = reader.Field == 3 ? reader.Value != 0 : _beginsWithSpace;
        }
    }

    private void Check()
    {
        if (_pieces.Count == 0 || !_hasTrainer)
        {
            throw Wrong("it has no pieces, or ends before the description of their training");
        }
        if (_kind is not (1 or 2))
        {
            throw Wrong($"its pieces are of kind {_kind}; supported are unigram (1) and byte pairs (2)");
        }
        if (_suffixes)
        {
            throw Wrong("its spaces stand after words (treat_whitespace_as_suffix), which is not supported");
        }
        if (_unknown < 0 || _unknown >= _pieces.Count || _pieces[_unknown].Type != UnknownType
            || _pieces.Count(piece => piece.Type == UnknownType) != 1)
        {
            throw Wrong($"it needs one piece for what is unknown, and piece {_unknown} is not that one");
        }
        if (_bytesForUnknown && _pieces.Count(piece => piece.Type == ByteType) != Bytes)
        {
            throw Wrong($"bytes stand for what has no piece, and it has {_pieces.Count(piece => piece.Type == ByteType)} of their {Bytes} pieces");
        }
    }

    private FormatException Wrong(string what) => new($"'{_path}' is no whole SentencePiece model: {what}.");
}
