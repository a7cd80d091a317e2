using Microsoft.ML.Extensions.Numerics.RandomConvolution;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Rows on all cores, each core with scratch memory of its own.</summary>
internal static class Workspaces
{
    // Rows between two looks at whether to go on.
    private const int Look = 64;

    /// <summary>Does something for each row, in any order.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="checkAlive">Throws where the computation is to stop.</param>
    /// <param name="body">Takes the row's number and scratch memory.</param>
    public static void ForEach(int rows, Action checkAlive, Action<int, ConvolutionScratch> body)
    {
        var threads = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
        for (var start = 0; start < rows; start += Look)
        {
            checkAlive();
            var end = Math.Min(start + Look, rows);
            if (end - start == 1)
            {
                body(start, new ConvolutionScratch());
                continue;
            }
            Parallel.For(start, end, threads, () => new ConvolutionScratch(), (row, _, scratch) =>
            {
                body(row, scratch);
                return scratch;
            }, _ => { });
        }
    }
}
