namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network whose rows may be so long that they must be computed in parts.</summary>
internal interface IRowMemory
{
    /// <summary>About the bytes that training keeps of a row of so many steps.</summary>
    long RowBytes(long steps);

    /// <summary>Those of any network; 0 where rows are so small that it does not matter.</summary>
    static long BytesOf(Network? network, long steps) => (network as IRowMemory)?.RowBytes(steps) ?? 0;
}
