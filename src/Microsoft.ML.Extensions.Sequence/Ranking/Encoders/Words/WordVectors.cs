using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Static word vectors, read from a text file or learned from a collection of texts.</summary>
/// <remarks>
/// An unknown word gets a pseudo-random vector that depends on the word alone and has the mean length of the others. It is nearly
/// orthogonal to all others, so that the word matches only itself. Any number of threads may use the vectors at once.
/// </remarks>
public sealed class WordVectors : ITokenEncoder
{
    private readonly string[] _terms;
    private readonly float[] _values;
    private readonly Dictionary<string, int> _rows;
    private readonly TextAnalyzer _analyzer;
    private readonly double _length;

    private WordVectors(string[] terms, float[] values, int dimensions, TextAnalyzer analyzer)
    {
        (_terms, _values, Dimensions, _analyzer) = (terms, values, dimensions, analyzer);
        var lengths = terms.Select((_, row) => Length(Row(row))).ToArray();
        // A vector of zeros does not even match itself.
        _rows = terms.Select((term, row) => (term, row)).Where(pair => lengths[pair.row] > 0).ToDictionary(pair => pair.term, pair => pair.row, StringComparer.Ordinal);
        _length = lengths.Where(length => length > 0).DefaultIfEmpty(1).Average();
    }

    /// <summary>D, the numbers of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>The known words.</summary>
    public IReadOnlyCollection<string> Terms => _rows.Keys;

    /// <summary>
    /// Reads a file of GloVe, word2vec or fastText: a line for each word, with the word and its numbers separated by spaces.
    /// </summary>
    /// <param name="path">
    /// The file, in UTF-8, with or without a first line "words dimensions". Numbers have decimal points in every culture.
    /// </param>
    /// <param name="analyzer">Splits texts into words; null for lower case, no stop words and no stemming, as in such files.</param>
    /// <param name="mostTerms">The most words to read, from the beginning of the file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">
    /// A line has too few or too many numbers, a number that is not finite, or the word of another line; or the file is truncated.
    /// </exception>
    public static WordVectors Load(string path, TextAnalyzer? analyzer = null, int mostTerms = int.MaxValue)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostTerms);
        var (terms, values, dimensions) = WordVectorFile.Read(path, mostTerms);
        return new WordVectors(terms, values, dimensions, analyzer ?? new TextAnalyzer(new TextAnalyzerOptions { StopWords = StopWords.None, Stemmer = Stemmer.None }));
    }

    /// <summary>
    /// Learns vectors from texts by decomposing their positive pointwise mutual information (see <see cref="WordVectorOptions"/>).
    /// </summary>
    /// <remarks>Where the matrix has a lower rank than the dimensions, the remaining numbers are 0.</remarks>
    /// <param name="texts">The texts; they are read twice.</param>
    /// <param name="analyzer">How texts become words; null for the default.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or a text is null.</exception>
    /// <exception cref="InvalidOperationException">No word occurs in as many texts as the options require.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static WordVectors Learn(
        IReadOnlyCollection<string> texts, TextAnalyzer? analyzer = null, WordVectorOptions? options = null, CancellationToken cancellationToken = default) =>
        LearnUntilStopped(texts, analyzer, options, cancellationToken.ThrowIfCancellationRequested);

    /// <summary>The same with a callback that checks for cancellation.</summary>
    internal static WordVectors LearnUntilStopped(IReadOnlyCollection<string> texts, TextAnalyzer? analyzer, WordVectorOptions? options, Action checkAlive)
    {
        ArgumentNullException.ThrowIfNull(texts);
        analyzer ??= new TextAnalyzer();
        options = (options ?? new WordVectorOptions()).Validated();
        var words = new TermVocabularyBuilder();
        foreach (var text in texts)
        {
            checkAlive();
            words.Add(analyzer.Analyze(text ?? throw new ArgumentException("A text is null; give an empty text for none.", nameof(texts))));
        }
        var vocabulary = words.Build(options.LeastTexts, options.MostTerms);
        string[] terms = [.. vocabulary.Content.Terms];
        if (terms.Length == 0)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"None of the words of {texts.Count} texts occurs in {options.LeastTexts} of them (LeastTexts); provide more texts, or lower it."));
        }
        var information = new PointwiseInformation(terms.Length, options.Window);
        foreach (var text in texts)
        {
            checkAlive();
            information.Add([.. vocabulary.Ids(analyzer.Analyze(text)).Select(id => id - TermVocabulary.FirstTerm)]);
        }
        return new WordVectors(terms, Decomposed(information.Matrix(options.Shift, options.ContextSmoothing, checkAlive), options, checkAlive), options.Dimensions, analyzer);
    }

    /// <summary>The vector of a word, which the caller owns.</summary>
    /// <param name="term">A word from the analyzer.</param>
    public float[] Vector(string term)
    {
        ArgumentNullException.ThrowIfNull(term);
        var vector = new float[Dimensions];
        Write(term, vector);
        return vector;
    }

    /// <summary>The vectors of each text's words.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Ends the work between texts.</param>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<TokenVectors> EncodeTokens(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return [.. texts.Select((text, row) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Encoded(_analyzer.Analyze(text ?? throw new ArgumentException(FormattableString.Invariant($"Text {row} is null; give an empty text for none."), nameof(texts))));
        })];
    }

    /// <summary>Writes a file that <see cref="Load"/> reads, completely or not at all.</summary>
    /// <param name="path">The file; an old one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">A word contains a space, which such a file cannot represent.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (_rows.Keys.FirstOrDefault(term => term.Any(char.IsWhiteSpace) || term.Length == 0) is { } blank)
        {
            throw new InvalidOperationException($"The word '{blank}' is empty or contains a space, which a file of words cannot represent.");
        }
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(FormattableString.Invariant($"{_rows.Count} {Dimensions}"));
            foreach (var (term, row) in _rows)
            {
                writer.Write(term);
                foreach (var value in Row(row))
                {
                    writer.Write(' ');
                    writer.Write(value.ToString("R", CultureInfo.InvariantCulture));
                }
                writer.WriteLine();
            }
        });
    }

    private static float[] Decomposed(SparseRows matrix, WordVectorOptions options, Action checkAlive)
    {
        var count = Math.Min(options.Dimensions, matrix.Rows);
        _ = Columns.SizeLimits.Product("The vectors of all words", matrix.Rows, options.Dimensions);
        var (left, values) = TruncatedSvd.Of(matrix, count, options.Seed, checkAlive);
        var vectors = new float[matrix.Rows * options.Dimensions];
        // Singular values below rounding are treated as 0.
        var least = values[0] * 1e-10;
        for (var place = 0; place < left.Length; place++)
        {
            var (row, column) = (place / count, place % count);
            if (column == 0)
            {
                checkAlive();
            }
            vectors[(row * options.Dimensions) + column] = values[column] > least ? (float)(left[place] * Math.Pow(values[column], options.SingularValuePower)) : 0;
        }
        for (var row = 0; row < matrix.Rows; row++)
        {
            // The vector of a word with an empty row is only rounding error.
            if (matrix.Starts[row] == matrix.Starts[row + 1])
            {
                vectors.AsSpan(row * options.Dimensions, options.Dimensions).Clear();
            }
        }
        return vectors;
    }

    private TokenVectors Encoded(IReadOnlyList<string> terms)
    {
        var values = new float[terms.Count * Dimensions];
        for (var place = 0; place < terms.Count; place++)
        {
            Write(terms[place], values.AsSpan(place * Dimensions, Dimensions));
        }
        return new TokenVectors(terms, values, Dimensions);
    }

    private void Write(string term, Span<float> vector)
    {
        if (_rows.TryGetValue(term, out var row))
        {
            Row(row).CopyTo(vector);
            return;
        }
        DistinctVector.Write(term, _length, vector);
    }

    private ReadOnlySpan<float> Row(int row) => _values.AsSpan(row * Dimensions, Dimensions);

    private static double Length(ReadOnlySpan<float> vector)
    {
        var sum = 0.0;
        foreach (var value in vector)
        {
            sum += (double)value * value;
        }
        return Math.Sqrt(sum);
    }
}
