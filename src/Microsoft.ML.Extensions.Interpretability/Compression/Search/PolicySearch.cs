using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The search of N2N (Ashok et al. 2018, arXiv 1709.06030): a policy learns which parts to leave out, and then, from the best network that it
/// found, another one learns by which factor each size shrinks.
/// </summary>
/// <remarks>
/// Differs from the paper: both stages come twice, each with a quarter of the budget. At full width a network can do without more parts than
/// at the width that it ends with, so the second time parts may come back.
/// </remarks>
/// <param name="policy">The policies, which learn.</param>
/// <param name="rate">Their learning rate.</param>
/// <param name="rollouts">N, the designs per step, two or more.</param>
internal sealed class PolicySearch(CompressionPolicy policy, double rate, int rollouts) : ICompressionSearch
{
    private const int Rounds = 2;

    // Networks that were judged before cost nothing, so a stage may have many more steps than its budget has networks.
    private const int MostSteps = 200;

    // After so many steps without anything new the stage has found what it can.
    private const int MostRepeats = 50;

    public void Run(SearchSpace space, IDesignJudge judge, Random random)
    {
        policy.Check(space);
        var (best, reward) = (space.Whole, double.NegativeInfinity);
        var stages = (space.Removable.Count > 0 ? Rounds : 0) + (space.Sizes.Count > 0 ? Rounds : 0);
        using var removal = new PolicyLearner(policy.Removal, rate);
        using var shrinkage = new PolicyLearner(policy.Shrinkage, rate);
        for (var (round, stage) = (0, 0); round < Rounds; round++)
        {
            var start = best;
            if (space.Removable.Count > 0)
            {
                Learn(removal, Until(++stage), () =>
                {
                    var logits = policy.Removal.Logits(space);
                    var drawn = RemovalPolicy.Draw(logits, rollouts, random);
                    return ([.. drawn.Select(kept => With(space, start, kept))], RemovalPolicy.LogProbabilities(logits, drawn));
                });
            }
            start = best;
            if (space.Sizes.Count > 0)
            {
                Learn(shrinkage, Until(++stage), () =>
                {
                    var (levels, logarithms) = policy.Shrinkage.Draw(space, rollouts, random);
                    return ([.. levels.Select(own => start with { Levels = own })], logarithms);
                });
            }
        }

        int Until(int stage) => (int)Math.Ceiling((double)judge.Budget * stage / stages);

        void Learn(PolicyLearner learner, int until, Func<(Design[] Designs, Tensor LogProbabilities)> draw)
        {
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

    private static Design With(SearchSpace space, Design start, bool[] kept)
    {
        var design = start;
        for (var i = 0; i < kept.Length; i++)
        {
            design = design.WithPart(space.Removable[i], kept[i]);
        }
        return design;
    }
}
