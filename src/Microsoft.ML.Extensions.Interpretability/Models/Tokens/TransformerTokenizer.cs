using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>From text to the tokens of a transformer and back. What its vocabulary cannot say is an error, never a token that stands for anything.</summary>
public abstract partial class TransformerTokenizer
{
    private const int ShownLength = 60;
    private const string Gpt2Vocabulary = "vocab.json";
    private const string Gpt2Merges = "merges.txt";
    private const string SentencePieceModel = "tokenizer.model";

    // What decides in a folder that holds several.
    private static readonly string[] LoadOrder = [SymbolFile.Name, Gpt2Vocabulary, SentencePieceModel];

    private protected TransformerTokenizer()
    {
    }

    /// <summary>Tokens in the vocabulary.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The byte-pair tokens of GPT-2 (Sennrich et al. 2016, arXiv 1508.07909, on bytes).</summary>
    /// <param name="folder">Holds <c>vocab.json</c> and <c>merges.txt</c>.</param>
    /// <exception cref="FileNotFoundException">One of them is not there.</exception>
    /// <exception cref="FormatException">They are damaged or do not fit each other.</exception>
    public static TransformerTokenizer LoadGpt2(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var (vocabulary, merges) = (Existing(Path.Combine(folder, Gpt2Vocabulary)), Existing(Path.Combine(folder, Gpt2Merges)));
        try
        {
            var parts = new RegexPreTokenizer(Gpt2Parts(), null);
            var tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary, merges) { ByteLevel = true, PreTokenizer = parts });
            return new SubwordTokenizer(tokenizer, tokenizer.Vocabulary.Count, null, new Dictionary<string, byte[]>
            {
                [Gpt2Vocabulary] = File.ReadAllBytes(vocabulary),
                [Gpt2Merges] = File.ReadAllBytes(merges),
            });
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or JsonException)
        {
            throw new FormatException($"The vocabulary and merges in '{folder}' cannot be used: {e.Message}", e);
        }
    }

    /// <summary>A SentencePiece model (Kudo and Richardson 2018, arXiv 1808.06226), as Llama's <c>tokenizer.model</c>; rows begin with its token for that.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static TransformerTokenizer LoadSentencePiece(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return OfSentencePiece(File.ReadAllBytes(Existing(file)));
    }

    /// <summary>A vocabulary of llama2.c (as <c>tok512.bin</c>); rows begin with its token for that.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="FormatException">It is of another kind, or cut off.</exception>
    public static TransformerTokenizer LoadLlama2c(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return OfSentencePiece(Llama2cVocabulary.ToSentencePiece(File.ReadAllBytes(Existing(file)), file));
    }

    /// <summary>A token a character.</summary>
    /// <param name="symbols">The vocabulary in the order of its tokens; entries of more than one character are never read from a text.</param>
    /// <param name="first">The symbol that begins every row; null for none.</param>
    /// <param name="last">The symbol that ends every row; null for none.</param>
    /// <exception cref="ArgumentException">A symbol is empty or given twice, or first or last is not among them.</exception>
    public static TransformerTokenizer OfCharacters(IReadOnlyList<string> symbols, string? first = null, string? last = null) =>
        new SymbolTokenizer(symbols, "", first, last);

    /// <summary>A token a word; words are separated by single spaces.</summary>
    /// <param name="symbols">The vocabulary in the order of its tokens.</param>
    /// <param name="first">The symbol that begins every row; null for none.</param>
    /// <param name="last">The symbol that ends every row; null for none.</param>
    /// <exception cref="ArgumentException">A symbol is empty or given twice, or first or last is not among them.</exception>
    public static TransformerTokenizer OfWords(IReadOnlyList<string> symbols, string? first = null, string? last = null) =>
        new SymbolTokenizer(symbols, " ", first, last);

    /// <summary>The tokenizer of a folder: what <see cref="Save"/> wrote, or GPT-2's or SentencePiece's files by their usual names.</summary>
    /// <param name="folder">Holds <c>vocabulary.json</c>, or <c>vocab.json</c> with <c>merges.txt</c>, or <c>tokenizer.model</c>; the first of these counts.</param>
    /// <exception cref="FileNotFoundException">It holds none of them.</exception>
    /// <exception cref="FormatException">A file is damaged or of another version.</exception>
    public static TransformerTokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        bool Has(string file) => File.Exists(Path.Combine(folder, file));
        return Has(SymbolFile.Name) ? SymbolFile.Read(folder)
            : Has(Gpt2Vocabulary) ? LoadGpt2(folder)
            : Has(SentencePieceModel) ? LoadSentencePiece(Path.Combine(folder, SentencePieceModel))
            : throw new FileNotFoundException($"'{folder}' holds neither '{SymbolFile.Name}' nor '{Gpt2Vocabulary}' nor '{SentencePieceModel}'; give the folder of a tokenizer.");
    }

    /// <summary>
    /// Writes the files that <see cref="Load"/> reads, beside a model's or alone: <c>vocabulary.json</c> for characters and words, else what
    /// the tokenizer was loaded from (that of llama2.c as <c>tokenizer.model</c>). A file there that would be read instead is removed.
    /// </summary>
    /// <param name="folder">The folder; it is made where it is not there.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        var files = Files();
        foreach (var (name, bytes) in files)
        {
            AtomicFile.Write(Path.Combine(folder, name), bytes);
        }
        foreach (var before in LoadOrder.TakeWhile(name => !files.ContainsKey(name)))
        {
            File.Delete(Path.Combine(folder, before));
        }
    }

    /// <summary>The tokens of a text.</summary>
    /// <exception cref="ArgumentException">The vocabulary cannot say a part of it; the message names text and part.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode(text, message => new ArgumentException(message, nameof(text)));
    }

    /// <summary>The text of tokens; those that begin or end a row, as far as the vocabulary knows them apart, are left out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A token is not of the vocabulary.</exception>
    public string Decode(IEnumerable<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var all = tokens.ToArray();
        return Array.FindIndex(all, token => token < 0 || token >= VocabularySize) is var wrong and >= 0
            ? throw new ArgumentOutOfRangeException(nameof(tokens), all[wrong], $"The token at {wrong} is not of the vocabulary, which has tokens 0 to {VocabularySize - 1}.")
            : DecodeKnown(all);
    }

    /// <summary>The tokens of several texts, a row each.</summary>
    /// <exception cref="ArgumentException">The vocabulary cannot say a part of a text, or a text has no token; the message names it.</exception>
    public TokenBatch EncodeAll(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new TokenBatch(texts.Select(Encode));
    }

    /// <summary>What the tokenizer is made of, by file name.</summary>
    internal abstract IReadOnlyDictionary<string, byte[]> Files();

    /// <summary>The tokenizer of what <see cref="Files"/> gave.</summary>
    /// <exception cref="FormatException">A file is damaged.</exception>
    internal static TransformerTokenizer OfFiles(IReadOnlyDictionary<string, byte[]> files)
    {
        // The byte-pair tokenizer reads files only.
        var folder = Directory.CreateTempSubdirectory("tokenizer");
        try
        {
            foreach (var (name, bytes) in files)
            {
                File.WriteAllBytes(Path.Combine(folder.FullName, Path.GetFileName(name)), bytes);
            }
            return Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private protected abstract string DecodeKnown(int[] tokens);

    /// <param name="text">The text.</param>
    /// <param name="refuse">Makes the exception of a message for a text that the vocabulary cannot say.</param>
    internal abstract int[] Encode(string text, Func<string, Exception> refuse);

    private protected static string Unknown(string text, string part) =>
        $"The text '{(text.Length > ShownLength ? text[..ShownLength] + "..." : text)}' has '{part}', which the vocabulary cannot say; leave it out, or take another tokenizer.";

    private static SubwordTokenizer OfSentencePiece(byte[] model)
    {
        using var stream = new MemoryStream(model);
        var tokenizer = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: true, addEndOfSentence: false);
        return new SubwordTokenizer(tokenizer, tokenizer.Vocabulary.Count, tokenizer.UnknownId, new Dictionary<string, byte[]> { [SentencePieceModel] = model });
    }

    private static string Existing(string file) => File.Exists(file) ? file : throw new FileNotFoundException($"'{file}' is not there.", file);

    // The pattern that GPT-2's vocabulary was made with.
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2Parts();
}
