namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The teacher's own sizes in one network: what is left of an ensemble when one network has learned from all of them.</summary>
internal sealed class SingleNetworkSearch : ICompressionSearch
{
    public void Run(SearchSpace space, IDesignJudge judge, Random random) => judge.Reward(space.Whole with
    {
        Levels = [.. space.Sizes.Select(entry =>
            space.Parts[entry.Part].Kind == NetworkPartKind.Ensemble ? 0 : space.Factors.Count - 1)],
    });
}
