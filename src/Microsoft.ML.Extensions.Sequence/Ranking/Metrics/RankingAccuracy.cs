using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>One number of how good a ranking is: the mean NDCG@10 over queries, of equal scores the mean over their orders.</summary>
internal static class RankingAccuracy
{
    private const int Cutoff = 10;

    /// <summary>The number, and the rows that have a label; the others are left out, as in training.</summary>
    /// <param name="scored">The scored rows; those of a query need not be adjacent.</param>
    /// <param name="task">Reads the label.</param>
    /// <param name="label">The label's column.</param>
    /// <param name="score">The column of scores.</param>
    /// <param name="group">The key of the query.</param>
    /// <exception cref="InvalidDataException">A row's group is missing, or its label is none.</exception>
    /// <exception cref="InvalidOperationException">No query has documents of different labels, so that every order is as good.</exception>
    public static (double Accuracy, long Rows) Of(IDataView scored, TaskKind task, string label, string score, string group)
    {
        var queries = new Dictionary<ulong, List<(float Score, float Grade)>>();
        var rows = 0L;
        var (labels, scores) = (scored.Schema[label], scored.Schema[score]);
        using (var cursor = scored.GetRowCursor([labels, scores, GroupReader.Find(scored.Schema, group)]))
        {
            var (query, grade) = (GroupReader.Create(cursor, group), task.LabelReader(cursor, labels));
            var number = ScalarReaders.Single(cursor, scores);
            while (cursor.MoveNext())
            {
                if (grade()[0] is not float.NaN and var relevance)
                {
                    rows++;
                    Documents(query(), cursor.Position).Add((number(), relevance));
                }
            }
        }
        if (!queries.Values.Any(documents => documents.Exists(document => document.Grade != documents[0].Grade)))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"None of the {queries.Count} queries of column '{group}' has documents of different labels in column '{label}', so every order of them is as good; give other rows."));
        }
        var options = new RankingEvaluationOptions { Cutoffs = [Cutoff] };
        return (RankingEvaluator.Evaluate([.. queries.Values.Select(Ranking)], options, RankingTies.Expected).NdcgAt(Cutoff), rows);

        List<(float Score, float Grade)> Documents(ulong key, long row)
        {
            if (key == 0)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"Column '{group}', row {row}: the group is missing; every row needs one."));
            }
            if (!queries.TryGetValue(key, out var documents))
            {
                queries.Add(key, documents = []);
            }
            return documents;
        }
    }

    // Rows of equal score are ordered by their grades, so that sums do not depend on the order of the rows.
    private static JudgedRanking Ranking(List<(float Score, float Grade)> documents)
    {
        var ordered = documents.OrderByDescending(document => document.Score).ThenBy(document => document.Grade).ToArray();
        double[] grades = [.. ordered.Select(document => (double)document.Grade)];
        return new("", [.. ordered.Select(document => document.Score)], grades, grades);
    }
}
