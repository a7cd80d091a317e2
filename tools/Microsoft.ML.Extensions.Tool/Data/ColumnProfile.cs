using System.Globalization;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>What the cells of a column are, counted while they are read.</summary>
/// <param name="decimalComma">Whether numbers have a decimal comma.</param>
internal sealed class ColumnProfile(bool decimalComma)
{
    /// <summary>Different texts that are counted.</summary>
    public const int MostCounted = 1000;

    private readonly HashSet<string> _distinct = new(StringComparer.Ordinal);
    private readonly HashSet<string> _distinctMarkers = new(StringComparer.Ordinal);
    private long _words;
    private long _dates;
    private long _missing;
    // Cells that have no value among numbers, and have one among texts.
    private long _markers;

    /// <summary>Whether numbers have a decimal comma.</summary>
    public bool DecimalComma => decimalComma;

    /// <summary>Cells with a plain number.</summary>
    public long Numbers { get; private set; }

    /// <summary>Cells with a number in another notation.</summary>
    public long OtherNotations { get; private set; }

    /// <summary>Cells with any other text.</summary>
    public long Texts { get; private set; }

    /// <summary>The first number in another notation.</summary>
    public (string Cell, int Line) FirstOther { get; private set; } = ("", 0);

    /// <summary>The first text.</summary>
    public (string Cell, int Line) FirstText { get; private set; } = ("", 0);

    /// <summary>The line of the first cell without a number or another value; 0 where there is none.</summary>
    public int FirstMissing { get; private set; }

    /// <summary>The first value.</summary>
    public string Example { get; private set; } = "";

    /// <summary>Cells without a value, in a column of texts or of numbers.</summary>
    public long Missing(bool isText) => _missing + (isText ? 0 : _markers);

    /// <summary>Cells with a value, in a column of texts or of numbers.</summary>
    public long Values(bool isText) => Numbers + OtherNotations + Texts + (isText ? _markers : 0);

    /// <summary>Different values, up to one more than <see cref="MostCounted"/>.</summary>
    public int Distinct(bool isText) => Math.Min(MostCounted + 1, _distinct.Count + (isText ? _distinctMarkers.Count : 0));

    /// <summary>Words of a text, on average.</summary>
    public double MeanWords => Values(false) == 0 ? 0 : (double)_words / Values(false);

    /// <summary>Whether all values are dates.</summary>
    public bool IsDate => Numbers == 0 && Texts > 0 && _dates == Values(false);

    /// <summary>Counts a cell.</summary>
    public void Add(string cell, int line)
    {
        if (FirstMissing == 0 && MissingMarkers.IsMissing(cell, isText: false))
        {
            FirstMissing = line;
        }
        if (MissingMarkers.IsMissing(cell, isText: true))
        {
            _missing++;
            return;
        }
        if (MissingMarkers.IsMissing(cell, isText: false))
        {
            _markers++;
            _distinctMarkers.Add(cell);
            return;
        }
        Example = Values(false) == 0 ? cell : Example;
        if (_distinct.Count <= MostCounted)
        {
            _distinct.Add(cell);
        }
        if (Number(cell, decimalComma) is not null)
        {
            Numbers++;
        }
        else if (IsOther(cell))
        {
            FirstOther = OtherNotations++ == 0 ? (cell, line) : FirstOther;
        }
        else
        {
            FirstText = Texts++ == 0 ? (cell, line) : FirstText;
            _dates += _dates == Texts - 1 && IsTime(cell) ? 1 : 0;
        }
        _words += 1 + cell.AsSpan().Count(' ');
    }

    /// <summary>The finite number in a cell, or null.</summary>
    /// <param name="cell">The text.</param>
    /// <param name="decimalComma">Whether its decimals follow a comma. A point is then no part of a number.</param>
    public static float? Number(string cell, bool decimalComma) =>
        !decimalComma ? TableColumn.Number(cell)
        : cell.Contains('.') || cell.AsSpan().Count(',') > 1 ? null : TableColumn.Number(cell.Replace(',', '.'));

    private bool IsOther(string cell) => TableColumn.IsOtherNotation(cell) || (decimalComma && TableColumn.Number(cell) is not null);

    private static bool IsTime(string cell) => cell.Length >= 8
        && DateTime.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out _);
}
