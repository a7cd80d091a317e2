using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>
/// Runs a trained network on the rows of one cursor. Any number of scorers may run at once, since scoring changes nothing in the network.
/// </summary>
internal sealed class NetworkScorer(Lease<Network> network, TaskHead head, InputColumn input, Device device, bool deterministic)
    : IRowScorer
{
    public float[]? Before => null;

    private readonly int _width = network.Use(used => BatchPlan.Width(used, input.Channels));

    public InputRange? Range { get; } = network.Use(IBounded.RangeOf);

    public void Score(RowStore rows, ref float[] scores)
    {
        using var threads = ThreadCount.Hold(deterministic && device.type == DeviceType.CPU);
        if (scores.Length < rows.Count * head.Outputs)
        {
            scores = new float[rows.Count * head.Outputs];
        }
        foreach (var batch in BatchPlan.Of([.. Enumerable.Range(0, rows.Count).Select(rows.Steps)], _width))
        {
            var target = scores;
            TorchMemory.Guard(
                () => string.Create(CultureInfo.InvariantCulture, $"Scoring {batch.Length} rows of up to {batch.Max(rows.Steps)} steps of column '{input.Name}'"),
                () => network.Use(used => Score(used, rows, batch, target)));
        }
    }

    public void Dispose() => network.Dispose();

    private int Score(Network used, RowStore rows, int[] batch, float[] scores)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var outputs = head.Activate(used.call(BatchBuilder.Inputs(rows, batch, input, device)));
        var values = outputs.to(CPU).contiguous().AsSpan();
        for (var i = 0; i < batch.Length; i++)
        {
            values.Slice(i * head.Outputs, head.Outputs).CopyTo(scores.AsSpan(batch[i] * head.Outputs));
        }
        return batch.Length;
    }
}
