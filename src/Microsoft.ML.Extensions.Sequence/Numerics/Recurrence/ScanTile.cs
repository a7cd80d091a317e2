namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The part of a scan that one thread takes at a time: rows [Row, RowEnd) times lane groups [Group, GroupEnd).</summary>
internal readonly record struct ScanTile(int Row, int RowEnd, int Group, int GroupEnd)
{
    public int Rows => RowEnd - Row;

    /// <summary>Whether this tile also clears the padding of its rows, for all channels.</summary>
    public bool ClearsPadding => Group == 0;
}
