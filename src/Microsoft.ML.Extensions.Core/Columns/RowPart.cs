namespace Microsoft.ML.Extensions.Columns;

/// <summary>What a row is used for.</summary>
internal enum RowPart
{
    /// <summary>To learn from.</summary>
    Training,

    /// <summary>To decide by when to stop and what to keep.</summary>
    Validation,

    /// <summary>Nothing: it shares steps with both.</summary>
    Gap,
}
