namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The toy problem with rows of 16 kilobytes, so that few of them exceed a megabyte.</summary>
internal static class LongToy
{
    public const int RowsBeyondOneMegabyte = 90;

    public static readonly ToyInput Input = new("long sequences", Steps: 64, Channels: 64);

    /// <summary>Of as many numbers in fewer steps: what a forecaster holds out leaves a gap of a window, and rows to learn from.</summary>
    public static readonly ToyInput ShortInput = new("wide sequences", Steps: 16, Channels: 256);

    public static ToyRow[] Rows(int count, int seed = 1) => Input.Rows(count, seed);
}
