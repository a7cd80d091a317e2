using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The search of N2N (Ashok et al. 2018, arXiv 1709.06030): a policy learns which parts to leave out, and then, from the best network that it
/// found, another one learns by which factor each size shrinks. Each stage has half of the budget.
/// </summary>
/// <param name="policy">The policies, which learn.</param>
/// <param name="rate">Their learning rate.</param>
/// <param name="rollouts">N, the designs per step, two or more.</param>
internal sealed class PolicySearch(CompressionPolicy policy, double rate, int rollouts) : ICompressionSearch
{
    // Networks that were judged before cost nothing, so a stage may have many more steps than its budget has networks.
    private const int MostSteps = 400;

    // A policy that has settled repeats itself; then the stage ends.
    private const int MostRepeats = 40;

    public void Run(SearchSpace space, IDesignJudge judge, Random random)
    {
        policy.Check(space);
        var (best, reward) = (space.Whole, double.NegativeInfinity);
        var half = space.Sizes.Count == 0 ? judge.Budget : judge.Budget / 2;
        if (space.Removable.Count > 0)
        {
            Learn(policy.Removal, half, () =>
            {
                var logits = policy.Removal.Logits(space);
                var drawn = RemovalPolicy.Draw(logits, rollouts, random);
                return ([.. drawn.Select(kept => Without(space, kept))], RemovalPolicy.LogProbabilities(logits, drawn));
            });
        }
        if (space.Sizes.Count > 0)
        {
            var start = best;
            Learn(policy.Shrinkage, judge.Budget, () =>
            {
                var (levels, logarithms) = policy.Shrinkage.Draw(space, rollouts, random);
                return ([.. levels.Select(own => start with { Levels = own })], logarithms);
            });
        }

        void Learn(nn.Module stage, int until, Func<(Design[] Designs, Tensor LogProbabilities)> draw)
        {
            using var learner = new PolicyLearner(stage, rate);
            for (var (step, repeats) = (0, 0); step < MostSteps && repeats < MostRepeats && judge.Judged < until; step++)
            {
                using var scope = NewDisposeScope();
                var (designs, logarithms) = draw();
                var (before, rewards) = (judge.Judged, new List<double>());
                foreach (var design in designs)
                {
                    if (judge.Reward(design, step) is not { } found || judge.Reward(design) is not { } final)
                    {
                        return;
                    }
                    rewards.Add(found);
                    if (final > reward)
                    {
                        (best, reward) = (design, final);
                    }
                }
                learner.Step(PolicyLearner.Loss(logarithms, rewards));
                repeats = judge.Judged > before ? 0 : repeats + 1;
            }
        }
    }

    private static Design Without(SearchSpace space, bool[] kept)
    {
        var design = space.Whole;
        for (var i = 0; i < kept.Length; i++)
        {
            design = kept[i] ? design : design.WithPart(space.Removable[i], kept: false);
        }
        return design;
    }
}
