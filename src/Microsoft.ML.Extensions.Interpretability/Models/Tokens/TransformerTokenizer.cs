using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Converts text to the tokens of a transformer and back. Text outside the vocabulary is an error, and never becomes an unknown token.
/// </summary>
public abstract class TransformerTokenizer
{
    private const int ShownLength = 60;

    internal const string SentencePieceFile = "tokenizer.model";

    // The precedence in a folder with several of these files.
    private static readonly string[] LoadOrder = [SymbolFile.Name, Gpt2Vocabulary.Vocabulary, SentencePieceFile, SideFiles.Tokenizer];
    private static readonly string[] FileNames = [.. LoadOrder.Append(Gpt2Vocabulary.Merges).Union(SideFiles.Names)];

    private protected TransformerTokenizer()
    {
    }

    /// <summary>Tokens in the vocabulary.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The byte-pair tokens of GPT-2 (Sennrich et al. 2016, arXiv 1508.07909, on bytes).</summary>
    /// <param name="folder">
    /// Holds <c>vocab.json</c> and <c>merges.txt</c>, or Hugging Face's <c>tokenizer.json</c>. Special and added tokens
    /// (<c>&lt;|endoftext|&gt;</c>, and those that <c>tokenizer.json</c>, <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and
    /// <c>added_tokens.json</c> name) are recognised in a text before it is split into pieces.
    /// </param>
    /// <exception cref="FileNotFoundException">One of them is not there.</exception>
    /// <exception cref="FormatException">
    /// They are damaged, do not fit each other, or have settings that GPT-2's tokenizer does not support.
    /// </exception>
    public static TransformerTokenizer LoadGpt2(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Gpt2Vocabulary.Load(folder);
    }

    /// <summary>
    /// A SentencePiece model (Kudo and Richardson 2018, arXiv 1808.06226), such as Llama's <c>tokenizer.model</c>; rows start with its
    /// begin token.
    /// </summary>
    /// <param name="file">
    /// The file, which is read alone; <see cref="Load"/> also reads Hugging Face's other files. The tokens that begin and end rows, the
    /// unknown token and user-defined symbols are recognised in a text before it is split into pieces.
    /// </param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="FormatException">It is of another kind, or truncated.</exception>
    public static TransformerTokenizer LoadSentencePiece(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return SentencePieceModel.Load(GivenFile.Read(file), file);
    }

    /// <summary>A vocabulary of llama2.c (such as <c>tok512.bin</c>); rows start with its begin token.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="FormatException">It is of another kind, or truncated.</exception>
    public static TransformerTokenizer LoadLlama2c(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return SentencePieceModel.Load(Llama2cVocabulary.ToSentencePiece(GivenFile.Read(file), file), file);
    }

    /// <summary>A tokenizer with one token per character.</summary>
    /// <param name="symbols">
    /// The vocabulary in the order of its tokens; entries of more than one character are never matched in a text.
    /// </param>
    /// <param name="first">The symbol that begins every row; null for none.</param>
    /// <param name="last">The symbol that ends every row; null for none.</param>
    /// <exception cref="ArgumentException">A symbol is empty or given twice, or first or last is not among them.</exception>
    public static TransformerTokenizer OfCharacters(IReadOnlyList<string> symbols, string? first = null, string? last = null) =>
        new SymbolTokenizer(symbols, "", first, last);

    /// <summary>A tokenizer with one token per word; words are separated by single spaces.</summary>
    /// <param name="symbols">The vocabulary in the order of its tokens.</param>
    /// <param name="first">The symbol that begins every row; null for none.</param>
    /// <param name="last">The symbol that ends every row; null for none.</param>
    /// <exception cref="ArgumentException">A symbol is empty or given twice, or first or last is not among them.</exception>
    public static TransformerTokenizer OfWords(IReadOnlyList<string> symbols, string? first = null, string? last = null) =>
        new SymbolTokenizer(symbols, " ", first, last);

    /// <summary>
    /// Loads the tokenizer of a folder: the files of <see cref="Save"/>, or GPT-2's or SentencePiece's files with their usual names.
    /// </summary>
    /// <param name="folder">
    /// Holds <c>vocabulary.json</c>, or <c>vocab.json</c> with <c>merges.txt</c>, or <c>tokenizer.model</c>, or <c>tokenizer.json</c>; the
    /// first of these is used. For the second and third, Hugging Face's other files are read too: see <see cref="LoadGpt2"/>.
    /// </param>
    /// <exception cref="FileNotFoundException">It holds none of them.</exception>
    /// <exception cref="FormatException">A file is damaged or of another version.</exception>
    public static TransformerTokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        bool Has(string file) => File.Exists(Path.Combine(folder, file));
        return Has(SymbolFile.Name) ? SymbolFile.Read(folder)
            : Has(Gpt2Vocabulary.Vocabulary) ? LoadGpt2(folder)
            : Has(SentencePieceFile) ? OfSentencePiece(folder)
            : Has(SideFiles.Tokenizer) ? LoadGpt2(folder)
            : throw new FileNotFoundException(File.Exists(folder)
                ? $"'{folder}' is a file; give the folder of a tokenizer."
                : $"'{folder}' holds neither '{SymbolFile.Name}' nor '{Gpt2Vocabulary.Vocabulary}' nor '{SentencePieceFile}' nor '{SideFiles.Tokenizer}'; give the folder of a tokenizer.");
    }

    /// <summary>
    /// Writes the files that <see cref="Load"/> reads, into a model's folder or another one: <c>vocabulary.json</c> for characters and
    /// words, otherwise the files that the tokenizer was loaded from (that of llama2.c as <c>tokenizer.model</c>). Other tokenizer files
    /// there are removed.
    /// </summary>
    /// <param name="folder">The folder; it is created if it does not exist.</param>
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
        IEnumerable<string> beside = files.ContainsKey(SymbolFile.Name) ? [] : SideFiles.Names;
        foreach (var other in LoadOrder.TakeWhile(name => !files.ContainsKey(name)).Concat(beside).Where(name => !files.ContainsKey(name)))
        {
            File.Delete(Path.Combine(folder, other));
        }
    }

    /// <summary>The tokens of a text.</summary>
    /// <exception cref="ArgumentException">A part is outside the vocabulary; the message names text and part.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode(text, message => new ArgumentException(message, nameof(text)));
    }

    /// <summary>The text of tokens, without tokens that begin or end a row, where the vocabulary distinguishes them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A token is not of the vocabulary.</exception>
    public string Decode(IEnumerable<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var all = tokens.ToArray();
        return Array.FindIndex(all, token => token < 0 || token >= VocabularySize) is var wrong and >= 0
            ? throw new ArgumentOutOfRangeException(
                nameof(tokens), all[wrong], $"The token at {wrong} is not of the vocabulary, which has tokens 0 to {VocabularySize - 1}.")
            : DecodeKnown(all);
    }

    /// <summary>The tokens of several texts, one row each.</summary>
    /// <exception cref="ArgumentException">
    /// A part of a text is outside the vocabulary, or a text has no token; the message names it.
    /// </exception>
    public TokenBatch EncodeAll(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new TokenBatch(texts.Select(Encode));
    }

    /// <summary>The files of the tokenizer, by name.</summary>
    internal abstract IReadOnlyDictionary<string, byte[]> Files();

    /// <summary>Creates the tokenizer from <see cref="Files"/>.</summary>
    /// <exception cref="FormatException">A file is damaged.</exception>
    internal static TransformerTokenizer OfFiles(IReadOnlyDictionary<string, byte[]> files)
    {
        if (files.Keys.FirstOrDefault(name => !FileNames.Contains(name)) is { } unknown)
        {
            throw new FormatException($"'{unknown}' is no file of a tokenizer; its files are {string.Join(", ", FileNames)}.");
        }
        if (!files.Keys.Any(LoadOrder.Contains) || files.Values.Contains(null))
        {
            throw new FormatException(
                $"A tokenizer has one of the files {string.Join(", ", LoadOrder)} with its content, and this one has none.");
        }
        // The byte-pair tokenizer reads files only.
        var folder = Directory.CreateTempSubdirectory("tokenizer");
        try
        {
            foreach (var (name, bytes) in files)
            {
                File.WriteAllBytes(Path.Combine(folder.FullName, name), bytes);
            }
            return Load(folder.FullName);
        }
        catch (FileNotFoundException e)
        {
            throw new FormatException($"A file of the tokenizer is missing: {e.Message}", e);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private protected abstract string DecodeKnown(int[] tokens);

    /// <param name="text">The text.</param>
    /// <param name="refuse">Creates the exception for a text outside the vocabulary.</param>
    internal abstract int[] Encode(string text, Func<string, Exception> refuse);

    private protected static string Unknown(string text, string part) =>
        $"The text '{(text.Length > ShownLength ? text[..ShownLength] + "..." : text)}' has '{part}', which is outside the vocabulary; leave it out, or use another tokenizer.";

    private static SubwordTokenizer OfSentencePiece(string folder)
    {
        var file = Path.Combine(folder, SentencePieceFile);
        return SentencePieceModel.Load(GivenFile.Read(file), file, new SideFiles(folder));
    }
}
