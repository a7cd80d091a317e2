namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// Cuts a scan into lane groups (neighbouring channels of one head) and tiles (some rows times some groups).
/// A head's last group is shifted to end with the head, so that no group is narrower than the lane: the channels it shares
/// with its neighbour are computed twice, with the same bits.
/// </summary>
internal sealed class ScanPlan
{
    /// <summary>Independent groups that one thread interleaves, to hide the latency of a step's dependency chain.</summary>
    private const int InterleavedGroups = 4;

    /// <summary>Below this number of group steps, starting a second thread costs more than it saves.</summary>
    private const int ParallelThreshold = 4096;

    public ScanPlan(ScanShape shape, int gates, ScanExecution execution)
    {
        Shape = shape;
        Width = LaneWidths.Fitting(execution.Width, shape.HeadChannels);
        (Channel, Input) = Groups(shape, gates, (int)Width);
        var work = (long)shape.Batch * shape.Steps * Channel.Length;
        Threads = work < ParallelThreshold ? 1 : Math.Max(1, execution.Threads);
        (RowsPerTile, GroupsPerTile) = TileSize(shape.Batch, Channel.Length, Threads);
        RowTiles = Cut(shape.Batch, RowsPerTile);
        GroupTiles = Cut(Channel.Length, GroupsPerTile);
    }

    public ScanShape Shape { get; }

    public LaneWidth Width { get; }

    /// <summary>First channel of each group, in [H].</summary>
    public int[] Channel { get; }

    /// <summary>The offset of each group's inputs from the position of row and step in head 0 of [Heads, B, T, G, W].</summary>
    public nint[] Input { get; }

    public int Threads { get; }

    public int RowsPerTile { get; }

    public int GroupsPerTile { get; }

    public int RowTiles { get; }

    public int GroupTiles { get; }

    public int Tiles => RowTiles * GroupTiles;

    /// <summary>Runs all tiles on <see cref="Threads"/> threads.</summary>
    public void Run(Action<ScanTile> body)
    {
        if (Threads == 1 || Tiles == 1)
        {
            for (var i = 0; i < Tiles; i++)
            {
                body(Tile(i));
            }
            return;
        }
        Parallel.For(0, Tiles, new ParallelOptions { MaxDegreeOfParallelism = Threads }, i => body(Tile(i)));
    }

    public ScanTile Tile(int index)
    {
        var (row, group) = (index / GroupTiles * RowsPerTile, index % GroupTiles * GroupsPerTile);
        return new ScanTile(
            row, Math.Min(row + RowsPerTile, Shape.Batch), group, Math.Min(group + GroupsPerTile, Channel.Length));
    }

    private static (int[] Channel, nint[] Input) Groups(ScanShape shape, int gates, int width)
    {
        var perHead = Cut(shape.HeadChannels, width);
        var channel = new int[perHead * shape.Heads];
        var input = new nint[channel.Length];
        for (var i = 0; i < channel.Length; i++)
        {
            var within = Math.Min(i % perHead * width, shape.HeadChannels - width);
            channel[i] = (i / perHead * shape.HeadChannels) + within;
            input[i] = (i / perHead * shape.HeadStride(gates)) + within;
        }
        return (channel, input);
    }

    private static (int Rows, int Groups) TileSize(int batch, int groups, int threads)
    {
        var rows = Math.Clamp(Cut(InterleavedGroups, groups), 1, Math.Max(1, batch / threads));
        var rowTiles = Cut(batch, rows);
        var uneven = rowTiles < 4 * threads && rowTiles % threads != 0;
        return (rows, uneven ? Math.Min(groups, Cut(groups, threads)) : groups);
    }

    private static int Cut(int whole, int part) => whole == 0 ? 0 : (whole + part - 1) / part;
}
