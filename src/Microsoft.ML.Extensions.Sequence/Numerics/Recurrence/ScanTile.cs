namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The unit of work of a thread: rows [Row, RowEnd) times lane groups [Group, GroupEnd).</summary>
internal readonly record struct ScanTile(int Row, int RowEnd, int Group, int GroupEnd)
{
    public int Rows => RowEnd - Row;

    /// <summary>Whether this tile also clears the padding of its rows, for all channels.</summary>
    public bool ClearsPadding => Group == 0;
}
