using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Treats every row as the next steps of one endless row, and gives the outputs for all steps so far.</summary>
/// <remarks>The engine owns it and frees it with <see cref="Free"/>: disposing a row that reads through it does nothing.</remarks>
internal sealed class StreamScorer(Lease<Network> network, TaskHead head, InputColumn input, Device device, bool deterministic)
    : IStreamScorer
{
    private const string NetworkName = "network";
    private const string LastName = "last";

    private static readonly int[] OnlyRow = [0];

    private readonly StreamState _state = new();

    public long Steps => _state.Position;

    public long StateBytes => _state.Bytes;

    public InputRange? Range { get; } = network.Use(IBounded.RangeOf);

    public float[]? Before
    {
        get
        {
            if (_state.Position == 0)
            {
                return null;
            }
            using var last = _state.Get(LastName, () => zeros(input.Channels)).cpu();
            return last.AsSpan().ToArray();
        }
    }

    public void Score(RowStore rows, ref float[] scores)
    {
        using var threads = ThreadCount.Hold(deterministic && device.type == DeviceType.CPU);
        var target = scores;
        scores = TorchMemory.Guard(() => $"A step of column '{input.Name}'", () => network.Use(used => Score(used, _state, rows, target)));
    }

    public void Keep() => _state.Keep();

    public void Undo() => _state.Undo();

    public void Reset() => _state.Clear();

    public byte[] Save() => _state.Save();

    public void Load(byte[] state) => _state.Load(state, device);

    public void Check(byte[] state) => StreamState.Check(state, ShapesAt);

    // The state has a constant size or grows by the same amount each step, so two steps give the size after any number.
    private IReadOnlyDictionary<string, WantedTensor> ShapesAt(long position)
    {
        using var scratch = new StreamState();
        if (position == 0)
        {
            return scratch.Shapes();
        }
        var first = ShapesAfterAStep(scratch);
        var second = ShapesAfterAStep(scratch);
        return first.ToDictionary(pair => pair.Key, pair => pair.Value with
        {
            Shape = [.. pair.Value.Shape.Zip(
                second[pair.Key].Shape, (one, two) => (long)Int128.Min(long.MaxValue, one + ((Int128)(two - one) * (position - 1))))],
        });
    }

    private IReadOnlyDictionary<string, WantedTensor> ShapesAfterAStep(StreamState scratch)
    {
        var step = new RowStore();
        step.Add(new float[input.Channels], 1, [], 1);
        network.Use(used => Score(used, scratch, step, []));
        scratch.Keep();
        return scratch.Shapes();
    }

    public void Free()
    {
        _state.Dispose();
        network.Dispose();
    }

    void IDisposable.Dispose()
    {
    }

    private float[] Score(Network used, StreamState state, RowStore rows, float[] scores)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var batch = BatchBuilder.Inputs(rows, OnlyRow, input, device);
        var outputs = head.Activate(IStreamable.Of(used).Advance(batch, state.At(NetworkName)));
        state.Set(LastName, tensor(rows.Values(0)[^input.Channels..].ToArray()));
        state.Move(batch.Steps);
        var target = Fit(scores, (int)outputs.numel());
        outputs.cpu().contiguous().AsSpan().CopyTo(target);
        return target;
    }

    private static float[] Fit(float[] scores, int length) => scores.Length >= length ? scores : new float[length];
}
