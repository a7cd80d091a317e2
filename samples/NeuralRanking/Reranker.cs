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
        var rows = Rows(training);
        var grouped = ml.Transforms.Conversion.MapValueToKey("GroupId", nameof(CandidateRow.QueryId)).Fit(rows).Transform(rows);
        using var model = ml.Ranking.Trainers.NeuralRanking(options).Fit(grouped);
        return ml.Ranking.CreateRun(model.Transform(Rows(others)), rowGroupColumnName: nameof(CandidateRow.QueryId));
    }

    private IDataView Rows(IReadOnlyList<Candidates> queries) => ml.Data.LoadFromEnumerable(
        queries.SelectMany(query => query.Documents.Select((document, rank) => new CandidateRow
        {
            QueryId = query.Id,
            Query = query.Query,
            DocumentId = query.Ids[rank],
            Document = document,
            FirstStage = query.Scores[rank],
            Label = query.Grades[rank],
        })));
}
