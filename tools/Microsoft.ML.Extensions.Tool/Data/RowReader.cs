namespace Microsoft.ML.Extensions.Tool;

/// <summary>Reads the rows of a table from a text file, one after the other.</summary>
internal abstract class RowReader : IDisposable
{
    /// <summary>The names of the columns, all different.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>The line of the file at which the current row begins, from 1.</summary>
    public abstract int Line { get; }

    /// <summary>The next row; false after the last.</summary>
    /// <exception cref="Samples.UsageException">The row is not one of this table; the message names its line.</exception>
    public abstract bool Read();

    /// <summary>The text of a cell of the current row, without quotes and the blanks around it; valid until the next row.</summary>
    public abstract ReadOnlySpan<char> Cell(int column);

    /// <summary>Whether the file itself says that a column is text; null where it does not say.</summary>
    public virtual bool? SaysText(int column) => null;

    public abstract void Dispose();
}
