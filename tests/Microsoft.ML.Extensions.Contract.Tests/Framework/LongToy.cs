namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The toy problem with rows of 16 kilobytes, so that few of them exceed a megabyte.</summary>
internal static class LongToy
{
    public const int RowsBeyondOneMegabyte = 90;

    public static readonly ToyInput Input = new("long sequences", Steps: 16, Channels: 256);

    public static ToyRow[] Rows(int count, int seed = 1) => Input.Rows(count, seed);
}
