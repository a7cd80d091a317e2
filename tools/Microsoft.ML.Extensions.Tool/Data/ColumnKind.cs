namespace Microsoft.ML.Extensions.Tool;

/// <summary>What a column is to a model.</summary>
public enum ColumnKind
{
    /// <summary>A number; NaN where missing.</summary>
    Number,

    /// <summary>One of a few texts, which becomes a 0 or 1 for each of them.</summary>
    Category,

    /// <summary>Sentences, which become counts of their words and letters.</summary>
    Text,

    /// <summary>A series, or several channels of one.</summary>
    Series,

    /// <summary>What is predicted.</summary>
    Label,

    /// <summary>The name of the query or the group of a row.</summary>
    Group,

    /// <summary>Dates, which are not used.</summary>
    Date,

    /// <summary>A name of the row, or too many different texts; not used.</summary>
    Name,

    /// <summary>No value in any row; not used.</summary>
    Empty,

    /// <summary>Left out by an option, or not asked for by the model.</summary>
    Ignored,
}
