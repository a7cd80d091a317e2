namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Draws designs: each part with probability one half, each factor equally often.</summary>
internal sealed class RandomSearch : ICompressionSearch
{
    // After so many draws in a row that gave nothing new, the space is taken as known.
    private const int MostRepeats = 1000;

    public void Run(SearchSpace space, IDesignJudge judge, Random random)
    {
        for (var repeats = 0; repeats < MostRepeats; repeats++)
        {
            var before = judge.Judged;
            if (judge.Reward(space.Draw(random)) is null)
            {
                return;
            }
            repeats = judge.Judged > before ? 0 : repeats;
        }
    }
}
