using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads scored rows of a data view, whose order does not matter.</summary>
internal static class ScoredRows
{
    /// <summary>The rankings of all groups, in the order in which these are first seen.</summary>
    public static IReadOnlyList<JudgedRanking> Rankings(
        IHostEnvironment env, IDataView data, string label, string score, string group, string? document)
    {
        var queries = new List<string>();
        var rankings = new Dictionary<string, List<(RankedDocument Document, double Grade)>>(StringComparer.Ordinal);
        foreach (var (query, ranked, grade) in Read(env, data, label, score, group, document))
        {
            if (!rankings.TryGetValue(query, out var ranking))
            {
                rankings.Add(query, ranking = []);
                queries.Add(query);
            }
            ranking.Add((ranked, grade));
        }
        return [.. queries.Select(query => Ranking(query, rankings[query], document is not null))];
    }

    /// <summary>The rankings as a run.</summary>
    public static RankingRun Run(IHostEnvironment env, IDataView data, string score, string group, string document)
    {
        var run = new RankingRun();
        foreach (var (query, ranked, _) in Read(env, data, null, score, group, document))
        {
            run.Add(query, ranked.Id, ranked.Score);
        }
        return run;
    }

    // Rows of equal score and id are ordered by their grades, so that sums do not depend on the order of the rows.
    private static JudgedRanking Ranking(string query, List<(RankedDocument Document, double Grade)> rows, bool haveIds)
    {
        if (haveIds && rows.GroupBy(row => row.Document.Id, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            throw new ArgumentException($"Document '{twice.Key}' is twice in the ranking of query '{query}'; a document has one place.");
        }
        var ordered = rows.OrderBy(row => row.Document, TrecOrder.Instance).ThenBy(row => row.Grade).ToArray();
        var grades = Array.ConvertAll(ordered, row => row.Grade);
        return new(query, Array.ConvertAll(ordered, row => row.Document.Score), grades, grades);
    }

    private static IEnumerable<(string Query, RankedDocument Document, double Grade)> Read(
        IHostEnvironment env, IDataView data, string? label, string score, string group, string? document)
    {
        var names = new[] { label, score, group, document }.OfType<string>().Distinct();
        using var cursor = data.GetRowCursor([.. names.Select(name => data.Schema.Find(name, Role(name)))]);
        var query = IdReader.Create(cursor, group, "Group");
        var id = document is null ? () => "" : IdReader.Create(cursor, document, "Document");
        var grade = label is null ? () => 0 : GradeReader.Create(cursor, label);
        var number = Score(cursor, score);
        while (cursor.MoveNext())
        {
            if (env.IsCanceled())
            {
                throw new OperationCanceledException("The evaluation was cancelled.");
            }
            yield return (query(), new(id(), number()), grade());
        }

        string Role(string name) => name == label ? "Label" : name == score ? "Score" : name == group ? "Group" : "Document";
    }

    private static RowNumber Score(DataViewRow row, string name)
    {
        var column = row.Schema.Find(name, "Score");
        if (column.Type != NumberDataViewType.Single)
        {
            throw SchemaColumns.WrongType(name, "Score", "a Single", column.Type.ToString()!);
        }
        var read = ScalarReaders.Single(row, column);
        return () => read() is var score && !float.IsNaN(score) ? score : throw new InvalidDataException(string.Create(
            CultureInfo.InvariantCulture, $"Column '{name}', row {row.Position}: the score is NaN, which cannot be ranked."));
    }
}
