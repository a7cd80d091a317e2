namespace Microsoft.ML.Extensions.Tool;

/// <summary>How a data file is read, as the command line says it.</summary>
public sealed record ReadSettings
{
    /// <summary>Whether the first row of a table holds the names of the columns.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>What separates cells; null finds it in the first rows.</summary>
    public char? Separator { get; init; }

    /// <summary>Whether numbers are written with a decimal comma, such as <c>12,5</c>.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>Columns, by name or index from 0, that are not read.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Columns, by name or index from 0, whose numbers are names of categories.</summary>
    public IReadOnlyList<string> AsText { get; init; } = [];
}
