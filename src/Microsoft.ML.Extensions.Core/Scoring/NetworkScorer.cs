using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Runs a trained network on rows; safe for any number of threads at once, since nothing of it changes.</summary>
internal sealed class NetworkScorer(Network network, TaskHead head, InputColumn input, Device device) : IRowScorer
{
    public float[]? Before => null;

    public InputRange? Range { get; } = network.Range;

    public void Score(RowStore rows, ref float[] scores)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var indices = Enumerable.Range(0, rows.Count).ToArray();
        var outputs = head.Activate(network.call(BatchBuilder.Inputs(rows, indices, input, device)));
        var values = outputs.to(CPU).contiguous().AsSpan();
        if (scores.Length < values.Length)
        {
            scores = new float[values.Length];
        }
        values.CopyTo(scores);
    }
}
