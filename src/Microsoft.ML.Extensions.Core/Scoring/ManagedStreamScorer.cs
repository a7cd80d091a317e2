using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary><see cref="StreamScorer"/> by C# kernels; states can be exchanged with it.</summary>
/// <param name="model">What must not be freed meanwhile; libtorch is not loaded for it.</param>
/// <param name="network">The kernels.</param>
/// <param name="head">The task.</param>
internal sealed class ManagedStreamScorer(Lease<Network> model, ManagedNetwork network, IRowHead head) : IStreamScorer
{
    private const string NetworkName = "network";
    private const string LastName = "last";

    private readonly Scratch _scratch = new();
    private readonly float[] _last = new float[network.Channels];
    private ManagedStreamState _state = new();

    public long Steps => _state.Position;

    public long StateBytes => _state.Bytes;

    public InputRange? Range => network.Range;

    public float[]? Before
    {
        get
        {
            if (_state.Position == 0)
            {
                return null;
            }
            Last(_state).Kept.CopyTo(_last);
            return _last;
        }
    }

    public void Score(RowStore rows, ref float[] scores)
    {
        using var hold = model.Hold();
        if (scores.Length < network.Outputs)
        {
            scores = new float[network.Outputs];
        }
        Advance(_state, rows, scores.AsSpan(0, network.Outputs));
    }

    public void Keep() => _state.Keep();

    public void Undo() => _state.Undo();

    public void Reset() => _state.Clear();

    public byte[] Save() => _state.Save();

    public void Check(byte[] state) => StreamState.Check(
        state, position => position == 0 ? new ManagedStreamState().ShapesAt(position) : AfterAStep().ShapesAt(position));

    public void Load(byte[] state)
    {
        var loaded = AfterAStep();
        loaded.Load(state);
        _state = loaded;
    }

    public void Free() => model.Dispose();

    void IDisposable.Dispose()
    {
    }

    // Only a step tells which arrays the network remembers.
    private ManagedStreamState AfterAStep()
    {
        using var hold = model.Hold();
        var state = new ManagedStreamState();
        var step = new RowStore();
        step.Add(new float[network.Channels], 1, [], 1);
        Advance(state, step, new float[network.Outputs]);
        state.Keep();
        return state;
    }

    private unsafe void Advance(ManagedStreamState state, RowStore rows, Span<float> scores)
    {
        using var mark = _scratch.Begin();
        var steps = new RaggedRows(rows, 0, 1, network.Channels, _scratch);
        var outputs = _scratch.Take(network.Outputs);
        network.Advance(steps, outputs, state.At(NetworkName), _scratch);
        new ReadOnlySpan<float>(outputs, network.Outputs).CopyTo(scores);
        head.Activate(scores);
        rows.Values(0)[^network.Channels..].CopyTo(new Span<float>(Last(state).Change(out _), network.Channels));
        state.Move(steps.Steps);
        GC.KeepAlive(state);
    }

    private FixedStateArray<float> Last(ManagedStreamState state) => state.Singles(LastName, [network.Channels]);
}
