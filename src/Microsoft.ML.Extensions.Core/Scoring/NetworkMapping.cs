using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>A trained network bound to a schema; by itself it scores row by row, for PredictionEngine.</summary>
internal sealed class NetworkMapping(
    DataViewSchema inputSchema, BoundInput input, ModelDescription description, TaskHead head, Func<IRowScorer> rent, Func<Lease<Network>> rentNetwork)
    : BatchedMapping(inputSchema, head.Columns(description.Outputs))
{
    public override IReadOnlyList<DataViewSchema.Column> Sources => input.Sources;

    public int Outputs => head.Outputs;

    public int Channels => description.Input.Channels;

    public InputReader CreateReader(DataViewRow row, IRowScorer scorer) => input.Open(row, scorer.Range);

    /// <param name="scores">The outputs of the row being read.</param>
    /// <param name="position">The number of that row.</param>
    public Delegate[] CreateGetters(RowScores scores, Func<long> position) =>
        head.Getters(scores, () => string.Create(CultureInfo.InvariantCulture, $"Column '{description.Input.Name}', row {position()}"));

    public override void WriteOnnx(OnnxContext context)
    {
        using var lease = rentNetwork();
        lease.Use(network =>
        {
            OnnxModel.Write(context, network, description, input, head);
            return network;
        });
    }

    public override BatchedCursor CreateCursor(DataViewRowCursor input, IReadOnlyCollection<DataViewSchema.Column> needed) =>
        new NetworkCursor(this, rent(), input, needed);

    public override AddedGetters CreateGetters(DataViewRow input)
    {
        var scorer = rent();
        var reader = CreateReader(input, scorer);
        var store = new RowStore();
        var scores = Array.Empty<float>();
        var scored = long.MinValue;
        return new AddedGetters(CreateGetters(Scores, () => input.Position), scorer);

        ReadOnlySpan<float> Scores()
        {
            if (input.Position != scored)
            {
                reader.Before = scorer.Before;
                var values = reader.Read();
                store.Clear();
                store.Add(values, values.Length / Channels, label: [], weight: 1);
                scorer.Score(store, ref scores);
                scored = input.Position;
            }
            return scores.AsSpan(0, Outputs);
        }
    }
}
