using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Takes every row for the next steps of one endless row, and gives the outputs for all steps so far.</summary>
internal sealed class StreamScorer(Network network, TaskHead head, InputColumn input, Device device) : IRowScorer, IDisposable
{
    private const string NetworkName = "network";
    private const string LastName = "last";

    private static readonly int[] OnlyRow = [0];

    /// <summary>What is remembered of the steps so far.</summary>
    public StreamState State { get; } = new();

    public Device Device => device;

    public InputRange? Range { get; } = network.Range;

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
        var target = scores;
        scores = TorchMemory.Guard(() => $"A step of column '{input.Name}'", () => Score(rows, target));
    }

    private float[] Score(RowStore rows, float[] scores)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var batch = BatchBuilder.Inputs(rows, OnlyRow, input, device);
        var outputs = head.Activate(network.Advance(batch, State.At(NetworkName)));
        State.Set(LastName, tensor(rows.Values(0)[^input.Channels..].ToArray()));
        State.Move(batch.Steps);
        var target = Fit(scores, (int)outputs.numel());
        outputs.cpu().contiguous().AsSpan().CopyTo(target);
        return target;
    }

    public void Dispose() => State.Dispose();

    private static float[] Fit(float[] scores, int length) => scores.Length >= length ? scores : new float[length];
}
