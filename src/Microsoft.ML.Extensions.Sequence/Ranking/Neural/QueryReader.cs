using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Reads queries: each query with all its documents is one example, so neither a split nor a batch divides it.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="isGrouped">Whether the rows of a query are adjacent.</param>
/// <param name="coder">Converts a query to numbers.</param>
/// <param name="goal">The learning goal.</param>
/// <param name="negatives">Adds documents to each query; null for none.</param>
/// <param name="teach">A trained model's scores of added documents, from their query and their texts; null for none.</param>
internal sealed class QueryReader(
    RankingRows rows, bool isGrouped, IQueryCoder coder, RankingGoal goal, NegativeSource? negatives,
    Func<string, IReadOnlyList<string>, float[]>? teach = null) : IExampleReader
{
    private readonly IEnumerator<QueryGroup> _groups = QueryGroups.Of(rows, isGrouped).GetEnumerator();

    private int _place;
    private int _example;

    public float[] Label { get; private set; } = [];

    public float Weight => 1;

    public long Missing => rows.Missing;

    public bool MoveNext()
    {
        while (_groups.MoveNext())
        {
            AddNegatives(_groups.Current);
            if (goal.IsPointwise || Tells(_groups.Current))
            {
                Label = [.. _groups.Current.Documents.SelectMany(Labels)];
                _example++;
                return true;
            }
        }
        return false;
    }

    public ReadOnlySpan<float> Input()
    {
        coder.Begin(_groups.Current.Query);
        foreach (var document in _groups.Current.Documents)
        {
            coder.Add(document.Text, document.Numbers);
        }
        return coder.Values;
    }

    public void Dispose()
    {
        _groups.Dispose();
        rows.Dispose();
    }

    private void AddNegatives(QueryGroup group)
    {
        var own = group.Documents.Count;
        negatives?.Add(group, _place++);
        string[] texts = [.. group.Documents.Skip(own).Select(document => document.Text)];
        var scores = texts.Length > 0 ? teach?.Invoke(group.Query, texts) : null;
        for (var added = 0; added < scores?.Length; added++)
        {
            group.Documents[own + added] = group.Documents[own + added] with { Taught = scores[added] };
        }
    }

    private static bool Tells(QueryGroup group) => group.Documents.Exists(document => document.Label != group.Documents[0].Label);

    private float[] Labels(GroupDocument document)
    {
        List<float> numbers = [document.Label];
        if (goal.HasTeacher)
        {
            numbers.Add(document.Teacher);
        }
        else if (negatives?.IsMined == true)
        {
            numbers.Add(MinedNegatives.Mark(document, _example));
        }
        if (goal.IsTaught)
        {
            numbers.Add(document.Taught);
        }
        return [.. numbers];
    }
}
