using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Strings of the Reber grammar (Reber 1967), and invalid ones with one inner letter replaced. In 55 of 100 invalid strings the new letter
/// is not in the grammar's alphabet, as in the data of Darji 2021.
/// </summary>
internal static class ReberStrings
{
    private const int Least = 11, Accepted = 7;
    private const double Foreign = 0.55;
    private const string Known = "BEPSTVX";

    private static readonly (int From, char Letter, int To)[] s_edges =
    [
        (0, 'B', 1), (1, 'T', 2), (1, 'P', 3), (2, 'S', 2), (2, 'X', 4), (3, 'T', 3), (3, 'V', 5), (4, 'X', 3), (4, 'S', 6), (5, 'P', 4),
        (5, 'V', 6), (6, 'E', Accepted),
    ];

    /// <summary>Half of the rows are valid; letters are keys.</summary>
    public static IDataView View(MLContext ml, int rows, int seed)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(new KeyDataViewType(typeof(uint), 'Z' - 'A' + 2), 0);
        return ml.Data.LoadFromEnumerable(Rows(rows, seed), schema);
    }

    /// <summary>The same rows; a letter is its place in the alphabet, from 1.</summary>
    public static Row[] Rows(int rows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(i => MakeRow(random, valid: i % 2 == 0))];
    }

    private static Row MakeRow(Random random, bool valid)
    {
        var text = Valid(random);
        return new Row { Features = [.. (valid ? text : Spoilt(text, random)).Select(letter => (uint)(letter - 'A' + 1))], Label = valid };
    }

    private static string Valid(Random random)
    {
        string text;
        do
        {
            text = "";
            for (var state = 0; state != Accepted;)
            {
                var ways = s_edges.Where(edge => edge.From == state).ToArray();
                var (_, letter, next) = ways[random.Next(ways.Length)];
                (text, state) = (text + letter, next);
            }
        }
        while (text.Length < Least);
        return text;
    }

    private static string Spoilt(string valid, Random random)
    {
        var foreign = random.NextDouble() < Foreign;
        while (true)
        {
            var (letters, letter) = (valid.ToCharArray(), (char)('A' + random.Next('Z' - 'A' + 1)));
            letters[1 + random.Next(letters.Length - 2)] = letter;
            if (Known.Contains(letter, StringComparison.Ordinal) != foreign && !Accepts(letters))
            {
                return new string(letters);
            }
        }
    }

    private static bool Accepts(char[] letters)
    {
        var state = 0;
        foreach (var letter in letters)
        {
            state = s_edges.Where(edge => edge.From == state && edge.Letter == letter).Select(edge => edge.To).DefaultIfEmpty(-1).Single();
        }
        return state == Accepted;
    }

    internal sealed class Row
    {
        public uint[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
