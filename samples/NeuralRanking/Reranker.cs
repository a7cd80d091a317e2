using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Trains a network on judged candidates and scores others with it.</summary>
/// <param name="ml">The context.</param>
/// <param name="options">The network and its training.</param>
internal sealed class Reranker(MLContext ml, NeuralRankingOptions options)
{
    /// <summary>Trains on the candidates of some queries, and scores those of others.</summary>
    public RankingRun Run(IReadOnlyList<Candidates> training, IReadOnlyList<Candidates> others)
    {
        using var model = ml.Ranking.Trainers.NeuralRanking(options).Fit(Rows(training));
        return ml.Ranking.CreateRun(model.Transform(Rows(others)), rowGroupColumnName: nameof(CandidateRow.QueryId));
    }

    private IDataView Rows(IReadOnlyList<Candidates> queries)
    {
        var schema = SchemaDefinition.Create(typeof(CandidateRow));
        schema[nameof(CandidateRow.GroupId)].ColumnType = new KeyDataViewType(typeof(uint), queries.Count);
        return ml.Data.LoadFromEnumerable(queries.SelectMany((query, place) => query.Documents.Select((document, rank) => new CandidateRow
        {
            GroupId = (uint)place,
            QueryId = query.Id,
            Query = query.Query,
            DocumentId = query.Ids[rank],
            Document = document,
            FirstStage = query.Scores[rank],
            Label = query.Grades[rank],
        })), schema);
    }
}
