using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Reads rows ahead so that one forward pass of the network scores many of them.</summary>
internal sealed class NetworkCursor : BatchedCursor
{
    private readonly NetworkMapping _mapping;
    private readonly IRowScorer _scorer;
    private readonly InputReader _reader;
    private readonly RowStore _store = new();
    private float[] _scores = [];
    private long _steps;

    public NetworkCursor(
        NetworkMapping mapping, IRowScorer scorer, DataViewRowCursor input, IReadOnlyCollection<DataViewSchema.Column> needed)
        : base(mapping, input, needed)
    {
        (_mapping, _scorer, _reader) = (mapping, scorer, mapping.CreateReader(input, scorer));
        Getters = mapping.CreateGetters(() => _scores.AsSpan(Row * mapping.Outputs, mapping.Outputs), () => Position);
    }

    protected override Delegate[] Getters { get; }

    protected override void Clear()
    {
        _store.Clear();
        _steps = 0;
    }

    protected override bool ReadsOn(int rows) => BatchPlan.ReadsOn(rows, _steps, _mapping.Channels);

    protected override void Read()
    {
        var values = _reader.Read();
        var steps = values.Length / _mapping.Channels;
        _store.Add(values, steps, label: [], weight: 1);
        _steps += steps;
    }

    protected override void Compute() => _scorer.Score(_store, ref _scores);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _scorer.Dispose();
        }
        base.Dispose(disposing);
    }
}
