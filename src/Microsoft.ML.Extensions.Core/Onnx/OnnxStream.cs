namespace Microsoft.ML.Extensions.Onnx;

/// <summary>
/// What a network hands from one run of a file to the next: a row of numbers of a constant size for each stream, all zeros before its first step, and
/// what grows by each step.
/// </summary>
/// <remarks>States are written in the order in which they are read. All are in double precision, which holds sums over millions of steps.</remarks>
internal sealed class OnnxStream
{
    private readonly OnnxGraph _graph;
    private readonly OnnxValue _state;
    private readonly OnnxValue _past;
    private readonly OnnxValue _isFirst;
    private readonly List<OnnxValue> _next = [];
    private readonly List<OnnxValue> _nextPast = [];

    /// <param name="graph">The graph.</param>
    /// <param name="steps">The new steps, <c>[N, T, ...]</c>.</param>
    /// <param name="state">The states before them, <c>[N, Width]</c>.</param>
    /// <param name="past">What grows, <c>[N, t, PastWidth]</c> for the t steps before; not read where nothing grows.</param>
    public OnnxStream(OnnxGraph graph, OnnxValue steps, OnnxValue state, OnnxValue past)
    {
        (_graph, _state, _past) = (graph, state, past);
        Before = Read(new OnnxState(0, 1), OnnxType.Double);
        After = graph.Plus(Before, graph.Cast(graph.Length(steps, 1), OnnxType.Double));
        Write(After);
        _isFirst = graph.Op("Less", [Before, graph.Constant([0.5])]);
    }

    /// <summary>The number of steps before the new ones, <c>[N, 1]</c>, in double precision.</summary>
    public OnnxValue Before { get; }

    /// <summary>The number of steps with the new ones, <c>[N, 1]</c>, in double precision.</summary>
    public OnnxValue After { get; }

    /// <summary>The numbers of a stream's states.</summary>
    public long Width { get; private set; }

    /// <summary>The numbers that a step adds to what grows; 0 where nothing does.</summary>
    public long PastWidth { get; private set; }

    /// <summary>The states after the new steps, <c>[N, Width]</c>.</summary>
    public OnnxValue Next => _graph.Concat(1, [.. _next]);

    /// <summary>What grows, with the new steps, <c>[N, t + T, PastWidth]</c>.</summary>
    public OnnxValue NextPast => _graph.Concat(2, [.. _nextPast]);

    /// <summary>A state after the steps before, <c>[N, Sizes]</c>.</summary>
    public OnnxValue Read(OnnxState state, OnnxType type)
    {
        var size = state.Sizes.Aggregate(1L, (product, length) => product * length);
        var value = _graph.Reshape(_graph.Slice(_state, 1, Width, Width + size), [0, .. state.Sizes]);
        Width += size;
        value = type == OnnxType.Double ? value : _graph.Cast(value, type);
        if (state.Initial == 0)
        {
            return value;
        }
        var isFirst = state.Sizes.Length == 1 ? _isFirst
            : _graph.Unsqueeze(_isFirst, [.. Enumerable.Range(2, state.Sizes.Length - 1).Select(axis => (long)axis)]);
        return _graph.Op("Where", [isFirst, _graph.Number(state.Initial, type), value]);
    }

    /// <summary>The state after the new steps, of the first one that was read and not yet written.</summary>
    public void Write(OnnxValue next) => _next.Add(_graph.Reshape(_graph.Cast(next, OnnxType.Double), 0, -1));

    /// <summary>The values of all steps, <c>[N, t + T, width]</c>, from those of the new ones, <c>[N, T, width]</c>.</summary>
    public OnnxValue Append(OnnxValue further, long width)
    {
        var all = _graph.Concat(1, _graph.Slice(_past, 2, PastWidth, PastWidth + width), further);
        PastWidth += width;
        _nextPast.Add(all);
        return all;
    }
}
