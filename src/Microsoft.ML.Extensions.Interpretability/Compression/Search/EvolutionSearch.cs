namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Regularised evolution (Real, Aggarwal, Huang, Le 2019, arXiv 1802.01548): the best of a random sample of a population gets a child with
/// one choice changed, and the oldest of the population goes.
/// </summary>
internal sealed class EvolutionSearch : ICompressionSearch
{
    private const int Population = 8;
    private const int Sample = 3;
    private const int MostRepeats = 1000;

    public void Run(SearchSpace space, IDesignJudge judge, Random random)
    {
        var living = new Queue<(Design Design, double Reward)>();
        for (var repeats = 0; repeats < MostRepeats; repeats++)
        {
            var before = judge.Judged;
            var child = living.Count < Population ? space.Draw(random) : Mutated(space, Parent(living, random), random);
            if (judge.Reward(child) is not { } reward)
            {
                return;
            }
            living.Enqueue((child, reward));
            if (living.Count > Population)
            {
                living.Dequeue();
            }
            repeats = judge.Judged > before ? 0 : repeats;
        }
    }

    private static Design Parent(Queue<(Design Design, double Reward)> living, Random random)
    {
        var all = living.ToArray();
        random.Shuffle(all);
        return all.Take(Sample).MaxBy(one => one.Reward).Design;
    }

    private static Design Mutated(SearchSpace space, Design parent, Random random)
    {
        var gene = random.Next(space.Removable.Count + space.Sizes.Count);
        if (gene < space.Removable.Count)
        {
            var part = space.Removable[gene];
            return parent.WithPart(part, !parent.Kept[part]);
        }
        var size = gene - space.Removable.Count;
        return parent.WithLevel(size, (parent.Levels[size] + 1 + random.Next(space.Factors.Count - 1)) % space.Factors.Count);
    }
}
