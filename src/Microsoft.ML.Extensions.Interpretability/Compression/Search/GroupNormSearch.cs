namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Structural pruning by the norms of groups of weights (Li et al. 2017, arXiv 1608.08710): groups below a threshold are left out, under
/// thresholds from mild to strong. A group is the weights of one neuron or channel, relative to the mean of its layer; a part of which
/// nothing is above the threshold is left out where it can be.
/// </summary>
/// <param name="norms">For each size of the space the norms of its groups, relative to their mean; empty where it has none.</param>
internal sealed class GroupNormSearch(IReadOnlyList<IReadOnlyList<double>> norms) : ICompressionSearch
{
    public void Run(SearchSpace space, IDesignJudge judge, Random random)
    {
        double[] all = [.. norms.SelectMany(own => own).Order()];
        var steps = Math.Min(judge.Budget, all.Length);
        for (var step = 1; step <= steps; step++)
        {
            if (judge.Reward(Above(space, all[Math.Min(all.Length - 1, (int)((long)all.Length * step / steps))])) is null)
            {
                return;
            }
        }
    }

    private Design Above(SearchSpace space, double threshold)
    {
        var shares = norms.Select(own => own.Count == 0 ? 1 : own.Count(norm => norm >= threshold) / (double)own.Count).ToArray();
        return new Design(
            [.. space.Parts.Select((part, index) => !part.CanLack || !IsEmpty(index))],
            [.. shares.Select(share => Enumerable.Range(0, space.Factors.Count).First(level =>
                space.Factors[level] >= share || level == space.Factors.Count - 1))]);

        bool IsEmpty(int part)
        {
            var own = Enumerable.Range(0, space.Sizes.Count).Where(size => space.Sizes[size].Part == part).ToArray();
            return own.Length > 0 && own.All(size => shares[size] == 0);
        }
    }
}
