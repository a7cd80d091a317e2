using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>A trained network bound to a schema; by itself it scores row by row, for PredictionEngine.</summary>
internal sealed class NetworkMapping(
    DataViewSchema inputSchema, ModelDescription description, TaskHead head, NetworkScorer scorer)
    : RowMapping(inputSchema, head.Columns(description.Outputs))
{
    private readonly DataViewSchema.Column _source = description.Input.Bind(inputSchema);

    public override IReadOnlyList<DataViewSchema.Column> Sources => [_source];

    public int Outputs => head.Outputs;

    public NetworkScorer Scorer => scorer;

    public int Channels => description.Input.Channels;

    public InputReader CreateReader(DataViewRow row) => InputReader.Create(row, _source, description.Input, description.Missing);

    public Delegate[] CreateGetters(RowScores scores) => head.Getters(scores);

    public override Delegate[] CreateGetters(DataViewRow input)
    {
        var reader = CreateReader(input);
        var store = new RowStore();
        var scores = Array.Empty<float>();
        var scored = long.MinValue;
        return head.Getters(() =>
        {
            if (input.Position != scored)
            {
                var values = reader.Read();
                store.Clear();
                store.Add(values, values.Length / Channels, label: 0, weight: 1);
                scorer.Score(store, ref scores);
                scored = input.Position;
            }
            return scores.AsSpan(0, Outputs);
        });
    }
}
