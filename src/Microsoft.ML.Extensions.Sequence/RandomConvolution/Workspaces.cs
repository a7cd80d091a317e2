using Microsoft.ML.Extensions.Numerics.RandomConvolution;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Processes rows on all cores, each with its own scratch memory.</summary>
internal static class Workspaces
{
    // The rows between two checks for cancellation.
    private const int Look = 64;

    /// <summary>Calls a function for each row, in any order.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
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
