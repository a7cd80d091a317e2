using System.Globalization;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Reads word vectors from a text file: a line for each word with its numbers, optionally after a first line "words dimensions".
/// </summary>
/// <remarks>
/// GloVe writes no first line, word2vec and fastText do. A word may contain spaces, as some in GloVe do, where none of its parts but the
/// first could be a number.
/// </remarks>
internal static class WordVectorFile
{
    // A number takes at least a digit and a space.
    private const int LeastBytesOfNumber = 2;

    /// <param name="path">The file, in UTF-8 or after a byte-order mark.</param>
    /// <param name="most">The most words to read.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">A line is not valid; the message names it.</exception>
    public static (string[] Terms, float[] Values, int Dimensions) Read(string path, int most)
    {
        using var lines = new Utf8Lines(path);
        if (!lines.MoveNext())
        {
            throw lines.Error("the file is empty; a line has a word and its numbers.");
        }
        var reader = new Reader(lines, most);
        if (Header(lines) is var (words, dimensions))
        {
            CheckSize(lines, words, dimensions, new FileInfo(path).Length);
            return reader.AfterHeader(words, dimensions);
        }
        return reader.FromHere();
    }

    // Two whole numbers and nothing else; vectors of one number do not occur.
    private static (long Words, int Dimensions)? Header(Utf8Lines lines)
    {
        var line = lines.Line;
        var blank = line.IndexOfAny((byte)' ', (byte)'\t');
        return blank > 0 && long.TryParse(line[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var words)
            && int.TryParse(TsText.Trim(line[blank..]), NumberStyles.None, CultureInfo.InvariantCulture, out var dimensions)
                ? (words, dimensions) : null;
    }

    private static void CheckSize(Utf8Lines lines, long words, int dimensions, long bytes)
    {
        if (dimensions < 1 || words < 1 || (double)words * dimensions * LeastBytesOfNumber > bytes)
        {
            throw lines.Error(FormattableString.Invariant(
                $"it says that {words} words of {dimensions} numbers follow; both must be above 0, and the file's {bytes} bytes hold at most {bytes / LeastBytesOfNumber} numbers."));
        }
    }

    private sealed class Reader(Utf8Lines lines, int most)
    {
        private readonly Dictionary<string, long> _lineOf = [];
        private readonly List<float> _values = [];
        private readonly List<string> _terms = [];

        public (string[] Terms, float[] Values, int Dimensions) AfterHeader(long words, int dimensions)
        {
            while (_terms.Count < most && lines.MoveNext())
            {
                Add(dimensions);
            }
            return _terms.Count == Math.Min(words, most) ? Result(dimensions)
                : throw lines.Error(FormattableString.Invariant(
                    $"{_terms.Count} words were read, and the first line says that there are {words}; the file is truncated, or two files were joined."));
        }

        public (string[] Terms, float[] Values, int Dimensions) FromHere()
        {
            var dimensions = Fields(lines.Line) - 1;
            if (dimensions < 1)
            {
                throw lines.Error($"'{TsText.Excerpt(lines.Line)}' is not a word with its numbers.");
            }
            do
            {
                Add(dimensions);
            }
            while (_terms.Count < most && lines.MoveNext());
            return Result(dimensions);
        }

        private (string[] Terms, float[] Values, int Dimensions) Result(int dimensions) => ([.. _terms], [.. _values], dimensions);

        private void Add(int dimensions)
        {
            var rest = lines.Line;
            var count = Fields(rest) - 1;
            if (count < dimensions)
            {
                throw lines.Error(FormattableString.Invariant(
                    $"it has {Math.Max(count, 0)} numbers after its word; there should be {dimensions}."));
            }
            if (_values.Count > Array.MaxLength - dimensions)
            {
                throw lines.Error(FormattableString.Invariant(
                    $"with it there are more numbers than an array holds ({Array.MaxLength}); read fewer words."));
            }
            var start = _values.Count;
            CollectionsMarshal.SetCount(_values, start + dimensions);
            for (var place = dimensions - 1; place >= 0; place--)
            {
                var field = TakeLast(ref rest);
                _values[start + place] = float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    && float.IsFinite(value) ? value
                    : throw lines.Error($"'{TsText.Excerpt(field)}' is not a finite number.");
            }
            CheckTerm(rest, dimensions, count);
            AddTerm(lines.Text(rest));
        }

        private void CheckTerm(ReadOnlySpan<byte> term, int dimensions, int count)
        {
            for (var parts = count - dimensions; parts > 0; parts--)
            {
                if (float.TryParse(TakeLast(ref term), NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                {
                    throw lines.Error(FormattableString.Invariant($"it has {count} numbers after its word; there should be {dimensions}."));
                }
            }
        }

        private void AddTerm(string term)
        {
            if (!_lineOf.TryAdd(term, lines.Number))
            {
                throw lines.Error(FormattableString.Invariant(
                    $"the word '{term}' has a vector in line {_lineOf[term]} already; a word has one."));
            }
            _terms.Add(term);
        }

        private static int Fields(ReadOnlySpan<byte> line)
        {
            var count = 0;
            while (line.Length > 0)
            {
                TakeLast(ref line);
                count++;
            }
            return count;
        }

        private static ReadOnlySpan<byte> TakeLast(ref ReadOnlySpan<byte> line)
        {
            var blank = line.LastIndexOfAny((byte)' ', (byte)'\t');
            var field = line[(blank + 1)..];
            line = TsText.Trim(line[..Math.Max(blank, 0)]);
            return field;
        }
    }
}
