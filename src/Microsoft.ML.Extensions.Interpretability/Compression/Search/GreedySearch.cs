namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// From the teacher on, takes the best of all single steps (a part less, a size one factor smaller) while the reward rises; that to the smallest sizes where all steps lead to networks that a
/// constraint excludes.
/// </summary>
internal sealed class GreedySearch : ICompressionSearch
{
    public void Run(SearchSpace space, IDesignJudge judge, Random random)
    {
        for (var (current, reward) = (space.Whole, double.NegativeInfinity); ;)
        {
            var steps = new List<(Design Design, double Reward)>();
            foreach (var next in Steps(space, current))
            {
                if (judge.Reward(next) is not { } found)
                {
                    return;
                }
                steps.Add((next, found));
            }
            if (steps.Count == 0)
            {
                return;
            }
            var (best, top) = steps.OrderByDescending(step => step.Reward).ThenBy(step => SizeOf(space, step.Design)).First();
            if (top <= reward && reward > CompressionReward.Impossible)
            {
                return;
            }
            (current, reward) = (best, top);
        }
    }

    private static long SizeOf(SearchSpace space, Design design) => space.SizesOf(design).Sum(sizes => sizes?.Sum(size => (long)size) ?? 0);

    private static IEnumerable<Design> Steps(SearchSpace space, Design from) =>
        space.Removable.Where(part => from.Kept[part]).Select(part => from.WithPart(part, kept: false))
            .Concat(Enumerable.Range(0, space.Sizes.Count).Where(size => from.Levels[size] > 0 && from.Kept[space.Sizes[size].Part])
                .Select(size => from.WithLevel(size, from.Levels[size] - 1)));
}
