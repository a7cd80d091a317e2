namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>From the teacher on, takes the best of all single steps (a part less, a size one factor smaller) while the reward rises.</summary>
internal sealed class GreedySearch : ICompressionSearch
{
    public void Run(SearchSpace space, IDesignJudge judge, Random random)
    {
        var (current, reward) = (space.Whole, double.NegativeInfinity);
        while (true)
        {
            Design? best = null;
            foreach (var next in Steps(space, current))
            {
                if (judge.Reward(next) is not { } found)
                {
                    return;
                }
                if (found > reward)
                {
                    (best, reward) = (next, found);
                }
            }
            if (best is null)
            {
                return;
            }
            current = best;
        }
    }

    private static IEnumerable<Design> Steps(SearchSpace space, Design from) =>
        space.Removable.Where(part => from.Kept[part]).Select(part => from.WithPart(part, kept: false))
            .Concat(Enumerable.Range(0, space.Sizes.Count).Where(size => from.Levels[size] > 0 && from.Kept[space.Sizes[size].Part])
                .Select(size => from.WithLevel(size, from.Levels[size] - 1)));
}
