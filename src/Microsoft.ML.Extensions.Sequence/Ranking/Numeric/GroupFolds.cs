using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Rows divided by their queries, each query as a whole; the first query is in the first fold, the second in the second.</summary>
internal sealed class GroupFolds
{
    private readonly IDataView _view;
    private readonly string _group;
    private readonly Dictionary<ulong, int> _folds;

    private GroupFolds(IDataView view, string group, Dictionary<ulong, int> folds, int count) =>
        (_view, _group, _folds, Count) = (view, group, folds, count);

    /// <summary>The number of folds, at most one per query.</summary>
    public int Count { get; }

    /// <summary>The number of queries.</summary>
    public int Queries => _folds.Count;

    /// <summary>Reads the queries of a view.</summary>
    /// <param name="view">The rows.</param>
    /// <param name="group">The key of the query.</param>
    /// <param name="most">The most folds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not a key.</exception>
    public static GroupFolds Of(IDataView view, string group, int most)
    {
        var folds = new Dictionary<ulong, int>();
        using var cursor = view.GetRowCursor([GroupReader.Find(view.Schema, group)]);
        var key = GroupReader.Create(cursor, group);
        while (cursor.MoveNext())
        {
            folds.TryAdd(key(), folds.Count % most);
        }
        return new(view, group, folds, Math.Min(most, folds.Count));
    }

    /// <summary>The rows of a fold.</summary>
    public IDataView Only(int fold) => new QueryRows(_view, _group, query => _folds[query] == fold);

    /// <summary>The rows of the other folds.</summary>
    public IDataView Without(int fold) => new QueryRows(_view, _group, query => _folds[query] != fold);
}
