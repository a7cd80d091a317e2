using System.Globalization;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The queries of a ranking: whether their rows are adjacent, and whether there is anything to learn.</summary>
internal sealed class QuerySurvey
{
    private readonly Dictionary<ulong, (float Least, float Most)> _labels = [];
    private ulong _last;

    /// <summary>The number of queries.</summary>
    public int Count => _labels.Count;

    /// <summary>Whether the rows of each query are adjacent.</summary>
    public bool AreAdjacent { get; private set; } = true;

    /// <summary>Adds a row.</summary>
    /// <param name="query">The raw key of its query.</param>
    /// <param name="label">Its label.</param>
    public void Add(ulong query, float label)
    {
        if (_labels.TryGetValue(query, out var range))
        {
            AreAdjacent &= query == _last;
            _labels[query] = (Math.Min(range.Least, label), Math.Max(range.Most, label));
        }
        else
        {
            _labels.Add(query, (label, label));
        }
        _last = query;
    }

    /// <summary>Checks that rows of a query that are not adjacent can be grouped in memory.</summary>
    /// <param name="options">The trainer's options.</param>
    /// <param name="bytes">The bytes of all rows.</param>
    /// <exception cref="InvalidOperationException">They cannot.</exception>
    public void CheckMemory(NetworkTrainerOptions options, long bytes)
    {
        if (!AreAdjacent && bytes > options.Settings.RowBytes)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The rows of a query do not stand together, so all rows are needed at once, and they take more than ")
                + string.Create(CultureInfo.InvariantCulture, $"Training.MemoryBudgetMegabytes {options.Training.MemoryBudgetMegabytes}. ")
                + $"Sort the rows by column '{options.GroupColumnName}', or raise the budget.");
        }
    }

    /// <summary>Checks that an objective can learn from the labels, and warns of queries that it cannot learn from.</summary>
    /// <param name="groupColumnName">The column of the queries.</param>
    /// <param name="goal">The learning goal.</param>
    /// <param name="channel">The log.</param>
    /// <exception cref="InvalidOperationException">There is nothing to learn from.</exception>
    public void CheckLabels(string groupColumnName, RankingGoal goal, IChannel channel)
    {
        var silent = _labels.Values.Count(range => range.Least == range.Most);
        if (goal.IsPointwise || silent == 0)
        {
            return;
        }
        if (silent == Count)
        {
            throw new InvalidOperationException(
                $"None of the {Count} groups of column '{groupColumnName}' has documents of different labels, and the objective "
                + $"{goal.Objective} learns from nothing else. Add documents that are not relevant, or take a pointwise objective.");
        }
        channel.Warn($"{silent} of {Count} groups have documents of one label only, of which the objective {goal.Objective} "
            + "learns nothing; they are left out.");
    }
}
