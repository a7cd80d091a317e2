using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Takes every row for the next steps of one endless row, and gives the outputs for all steps so far.</summary>
/// <remarks>It is its engine's, which frees it with <see cref="Free"/>: the row that reads through it disposes nothing.</remarks>
internal sealed class StreamScorer(Lease<Network> network, TaskHead head, InputColumn input, Device device) : IRowScorer
{
    private const string NetworkName = "network";
    private const string LastName = "last";

    private static readonly int[] OnlyRow = [0];

    /// <summary>What is remembered of the steps so far.</summary>
    public StreamState State { get; } = new();

    public Device Device => device;

    public InputRange? Range { get; } = network.Use(used => used.Range);

    public float[]? Before
    {
        get
        {
            if (State.Position == 0)
            {
                return null;
            }
            using var last = State.Get(LastName, () => zeros(input.Channels)).cpu();
            return last.AsSpan().ToArray();
        }
    }

    public void Score(RowStore rows, ref float[] scores)
    {
        ThreadCount.Hold();
        var target = scores;
        scores = TorchMemory.Guard(() => $"A step of column '{input.Name}'", () => network.Use(used => Score(used, rows, target)));
    }

    public void Free()
    {
        State.Dispose();
        network.Dispose();
    }

    void IDisposable.Dispose()
    {
    }

    private float[] Score(Network used, RowStore rows, float[] scores)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var batch = BatchBuilder.Inputs(rows, OnlyRow, input, device);
        var outputs = head.Activate(used.Advance(batch, State.At(NetworkName)));
        State.Set(LastName, tensor(rows.Values(0)[^input.Channels..].ToArray()));
        State.Move(batch.Steps);
        var target = Fit(scores, (int)outputs.numel());
        outputs.cpu().contiguous().AsSpan().CopyTo(target);
        return target;
    }

    private static float[] Fit(float[] scores, int length) => scores.Length >= length ? scores : new float[length];
}
