using System.Globalization;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Decides what the columns of a table are.</summary>
internal sealed class ColumnInference(string path, IReadOnlyList<string> names, IReadOnlyList<ColumnProfile> profiles)
{
    // A column of so many words on average is sentences and no category.
    private const double WordsOfText = 4;
    // Below, all rows of a small table may well differ.
    private const int RowsOfName = 20;

    /// <summary>The kind of a feature column.</summary>
    /// <param name="column">Its index.</param>
    /// <param name="asText">Whether the user or the file says that it is text.</param>
    /// <exception cref="UsageException">It is neither numbers nor text; the message names a cell.</exception>
    public ColumnInfo Feature(int column, bool asText)
    {
        var profile = profiles[column];
        return profile.Values(isText: true) == 0 ? Info(column, ColumnKind.Empty, true)
            : !asText && IsNumber(column) ? Info(column, ColumnKind.Number, false)
            : Info(column, KindOfText(profile, asText), true);
    }

    /// <summary>A label of numbers.</summary>
    /// <exception cref="UsageException">It has no number, only one, or a text.</exception>
    public ColumnInfo NumberLabel(int column)
    {
        var profile = profiles[column];
        CheckLabel(column, isText: false);
        return IsNumber(column) ? Info(column, ColumnKind.Label, false) : throw new UsageException(
            $"{path}, line {profile.FirstText.Line}: the label '{names[column]}' is '{profile.FirstText.Cell}', expected a number; "
            + "for classes take 'train classification'.");
    }

    /// <summary>A label of classes.</summary>
    /// <exception cref="UsageException">It has one class, or too many.</exception>
    public ColumnInfo ClassLabel(int column)
    {
        var profile = profiles[column];
        CheckLabel(column, isText: true);
        var (values, distinct) = (profile.Values(isText: true), profile.Distinct(isText: true));
        if (distinct > ColumnProfile.MostCounted || (distinct == values && values > RowsOfName))
        {
            throw new UsageException($"{path}: the label '{names[column]}' has {(distinct > ColumnProfile.MostCounted ? $"more than {ColumnProfile.MostCounted}"
                : $"{distinct}")} different values in {values} rows, too many " + (profile.Numbers == values ? "for classes; for numbers take 'train regression'." : "for classes."));
        }
        return Info(column, ColumnKind.Label, true);
    }

    /// <summary>A column of the kind that a model asks for.</summary>
    /// <exception cref="UsageException">It has texts where the model asks for numbers.</exception>
    public ColumnInfo Wanted(int column, bool isText, ColumnKind kind)
    {
        if (!isText && !IsNumber(column))
        {
            var (cell, line) = profiles[column].FirstText;
            throw new UsageException($"{path}, line {line}: there is '{cell}' in column '{names[column]}', for which the model asks a number.");
        }
        return Info(column, kind, isText);
    }

    /// <summary>A column that is not read.</summary>
    public ColumnInfo Ignored(int column) => Info(column, ColumnKind.Ignored, true);

    private void CheckLabel(int column, bool isText)
    {
        var profile = profiles[column];
        if (profile.Values(isText) == 0)
        {
            throw new UsageException($"{path}: no row has a value in the label '{names[column]}'.");
        }
        if (profile.Distinct(isText) == 1)
        {
            throw new UsageException($"{path}: the label '{names[column]}' is '{profile.Example}' in every row; there is nothing to learn from it.");
        }
    }

    // Numbers in another notation never become text, and texts never become missing numbers.
    private bool IsNumber(int column)
    {
        var profile = profiles[column];
        if (profile.OtherNotations > 0 && profile.Texts <= profile.Numbers + profile.OtherNotations)
        {
            throw Wrong(column, profile.FirstOther, profile.DecimalComma
                ? "with --decimal-comma write it with a decimal comma and without %, currency or separators of thousands (1234,5)"
                : "write it with a decimal point and without %, currency or separators of thousands (1234.5); where decimals follow a comma take --decimal-comma");
        }
        if (profile.Numbers > 0 && profile.Texts > 0 && profile.Numbers >= profile.Texts)
        {
            throw Wrong(column, profile.FirstText, string.Create(CultureInfo.InvariantCulture,
                $"{profile.Numbers} of its {profile.Values(isText: false)} values are numbers; write a number, or nothing where it is missing"));
        }
        return profile.Texts == 0 && (profile.Numbers > 0 || profile.Values(isText: true) == 0);
    }

    private UsageException Wrong(int column, (string Cell, int Line) at, string advice) =>
        new($"{path}, line {at.Line}: '{at.Cell}' in column '{names[column]}' is no plain number; {advice}. To read the column as text: "
            + $"--text-cols \"{names[column]}\".");

    private static ColumnKind KindOfText(ColumnProfile profile, bool asText)
    {
        var (values, distinct) = (profile.Values(isText: true), profile.Distinct(isText: true));
        return profile.IsDate && !asText ? ColumnKind.Date
            : profile.MeanWords >= WordsOfText ? ColumnKind.Text
            : distinct > ColumnProfile.MostCounted || (distinct == values && values > RowsOfName) ? ColumnKind.Name
            : ColumnKind.Category;
    }

    private ColumnInfo Info(int column, ColumnKind kind, bool isText)
    {
        var distinct = profiles[column].Distinct(isText);
        return new(names[column], column, kind, isText, profiles[column].Missing(isText),
            distinct > ColumnProfile.MostCounted ? null : distinct, profiles[column].Example);
    }
}
