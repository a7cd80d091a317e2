namespace Microsoft.ML.Extensions.Columns;

/// <summary>What a row is used for.</summary>
internal enum RowPart
{
    /// <summary>To learn from.</summary>
    Training,

    /// <summary>To decide when to stop and which weights to keep.</summary>
    Validation,

    /// <summary>Not used: it shares steps with both parts.</summary>
    Gap,
}
