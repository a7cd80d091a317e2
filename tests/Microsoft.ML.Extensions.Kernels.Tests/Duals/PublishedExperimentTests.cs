using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

/// <summary>
/// The paper's experiment at 1,000 training and 2,000 test rows, beside an earlier reproduction of ours with other random numbers.
/// </summary>
[TestClass]
public sealed class PublishedExperimentTests
{
    /// <summary>Four standard errors of the difference of two measured accuracies, of one hundredth each.</summary>
    private const double Band = 0.055;

    [TestMethod, Trained]
    [DataRow(2, .7455, .6680, .7260, .6075)]
    [DataRow(3, .9550, .9250, .9350, .6005)]
    [DataRow(5, .9125, .8680, .8940, .6125)]
    [DataRow(9, .9165, .8470, .8725, .5980)]
    public void MatchedActivationStandsBesideHilbertNearBayes(int columns, double bayes, double nearest, double hilbert, double majority)
    {
        var problem = DirichletProblem.Draw(columns, 1000, 2000, seed: TrainedSeed.From(1717));
        var labels = problem.Classify(InfiniteDepth.Hilbert(columns - 1));
        var matched = problem.Classify(InfiniteDepth.Of(DualActivation.OptimalFor(columns - 1), NetworkKernel.Nngp));
        TrainedBound.Near(bayes, problem.Accuracy(problem.Bayes()), Band, "accuracy beside the earlier one, Bayes");
        TrainedBound.Near(nearest, problem.Accuracy(problem.Classify(InfiniteDepth.Of(DualActivation.Hermite(2), NetworkKernel.Nngp))),
            Band, "accuracy beside the earlier one, 1-NN");
        TrainedBound.Near(hilbert, problem.Accuracy(labels), Band, "accuracy beside the earlier one, Hilbert");
        TrainedBound.Near(majority, problem.Accuracy(problem.Classify(InfiniteDepth.Of(DualActivation.Gelu(), NetworkKernel.Nngp))), Band,
            "accuracy beside the earlier one, majority");
        TrainedBound.Near(hilbert, problem.Accuracy(matched), Band, "accuracy beside the earlier one, matched");
        TrainedBound.AtLeast(DirichletProblem.Agreement(labels, matched), 0.985, "labels that are Hilbert's");
    }

    [TestMethod, Trained]
    public void ErfFallsBehindAsTheDimensionGrows()
    {
        double[] behind = [.. new[] { 2, 9 }.Select(columns =>
        {
            var problem = DirichletProblem.Draw(columns, 1000, 2000, seed: TrainedSeed.From(1717));
            return problem.Accuracy(problem.Classify(InfiniteDepth.Hilbert(columns - 1)))
                - problem.Accuracy(problem.Classify(InfiniteDepth.Of(DualActivation.Erf(), NetworkKernel.Nngp)));
        })];
        TrainedBound.Below(behind[0], 0.02, "accuracy behind, 2 numbers");
        TrainedBound.Above(behind[1], 0.1, "accuracy behind, 9 numbers");
    }
}
