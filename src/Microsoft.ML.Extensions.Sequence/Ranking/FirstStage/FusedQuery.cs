namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The documents of any ranking of a query, in the order of equal scores, so that the average precision of many weights is fast to
/// compute.
/// </summary>
internal sealed class FusedQuery
{
    private static readonly double s_leastRelevant = new RankingEvaluationOptions().LeastRelevant;

    private readonly double[][] _scores;
    private readonly int[] _relevant;
    private readonly int _judged;
    private readonly int _depth;
    private readonly float[] _sums;

    public FusedQuery(NormalizedRanking[] rankings, IReadOnlyDictionary<string, double> grades, int depth)
    {
        var ids = rankings.SelectMany(ranking => ranking.Scores.Keys).Distinct(StringComparer.Ordinal).ToArray();
        Array.Sort(ids, (x, y) => TrecOrder.CompareIds(y, x));
        _scores = [.. rankings.Select(ranking => Array.ConvertAll(ids, id => ranking.Scores.GetValueOrDefault(id, ranking.Missing)))];
        _relevant = [.. Enumerable.Range(0, ids.Length).Where(place => grades.GetValueOrDefault(ids[place]) >= s_leastRelevant)];
        (_judged, _depth, _sums) = (grades.Values.Count(grade => grade >= s_leastRelevant), depth, new float[ids.Length]);
    }

    /// <summary>The average precision of the weighted sum; 0 where nothing is relevant.</summary>
    public double AveragePrecision(double[] weights)
    {
        for (var document = 0; document < _sums.Length; document++)
        {
            var sum = 0d;
            for (var run = 0; run < weights.Length; run++)
            {
                sum += weights[run] * _scores[run][document];
            }
            _sums[document] = (float)sum;
        }
        var ranks = Array.ConvertAll(_relevant, Rank);
        Array.Sort(ranks);
        var precision = 0d;
        for (var found = 0; found < ranks.Length && ranks[found] <= _depth; found++)
        {
            precision += (found + 1d) / ranks[found];
        }
        return _judged == 0 ? 0 : precision / _judged;
    }

    private int Rank(int document)
    {
        var (score, rank) = (_sums[document], 1);
        for (var other = 0; other < _sums.Length; other++)
        {
            rank += _sums[other] > score || (_sums[other] == score && other < document) ? 1 : 0;
        }
        return rank;
    }
}
