namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Every size times the same factor, from the largest to the smallest; no part is left out.</summary>
internal sealed class UniformWidthSearch : ICompressionSearch
{
    public void Run(SearchSpace space, IDesignJudge judge, Random random)
    {
        for (var level = space.Factors.Count - 1; level >= 0; level--)
        {
            if (judge.Reward(space.Whole with { Levels = [.. space.Sizes.Select(_ => level)] }) is null)
            {
                return;
            }
        }
    }
}
