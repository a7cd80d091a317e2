namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network whose rows may be so long that they must be computed in parts.</summary>
internal interface IRowMemory
{
    /// <summary>The approximate number of bytes that training keeps for a row of this many steps.</summary>
    long RowBytes(long steps);

    /// <summary>The bytes of any network; 0 where rows are too small to matter.</summary>
    static long BytesOf(Network? network, long steps) => (network as IRowMemory)?.RowBytes(steps) ?? 0;
}
