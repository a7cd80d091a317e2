using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Runs a trained network on the rows of one cursor; any number of them may run at once, since nothing of the network changes.</summary>
internal sealed class NetworkScorer(Lease<Network> network, TaskHead head, InputColumn input, Device device) : IRowScorer
{
    public float[]? Before => null;

    public void Score(RowStore rows, ref float[] scores)
    {
        var given = scores;
        scores = network.Use(used => Score(used, rows, given));
    }

    public void Dispose() => network.Dispose();

    private float[] Score(Network used, RowStore rows, float[] scores)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var indices = Enumerable.Range(0, rows.Count).ToArray();
        var outputs = head.Activate(used.call(BatchBuilder.Inputs(rows, indices, input, device)));
        var values = outputs.to(CPU).contiguous().AsSpan();
        if (scores.Length < values.Length)
        {
            scores = new float[values.Length];
        }
        values.CopyTo(scores);
        return scores;
    }
}
