using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

/// <summary>The paper's experiment at 1,000 training and 2,000 test rows, beside an earlier reproduction of ours with other random numbers.</summary>
[TestClass]
public sealed class PublishedExperimentTests
{
    /// <summary>Four standard errors of the difference of two measured accuracies, of one hundredth each.</summary>
    private const double Band = 0.055;

    [TestMethod]
    [DataRow(2, .7455, .6680, .7260, .6075)]
    [DataRow(3, .9550, .9250, .9350, .6005)]
    [DataRow(5, .9125, .8680, .8940, .6125)]
    [DataRow(9, .9165, .8470, .8725, .5980)]
    public void MatchedActivationStandsBesideHilbertNearBayes(int columns, double bayes, double nearest, double hilbert, double majority)
    {
        var problem = DirichletProblem.Draw(columns, 1000, 2000, seed: 1717);
        var labels = problem.Classify(InfiniteDepth.Hilbert(columns - 1));
        var matched = problem.Classify(InfiniteDepth.Of(DualActivation.OptimalFor(columns - 1), NetworkKernel.Nngp));
        Assert.AreEqual(bayes, problem.Accuracy(problem.Bayes()), Band, "Bayes");
        Assert.AreEqual(nearest, problem.Accuracy(problem.Classify(InfiniteDepth.Of(DualActivation.Hermite(2), NetworkKernel.Nngp))), Band, "1-NN");
        Assert.AreEqual(hilbert, problem.Accuracy(labels), Band, "Hilbert");
        Assert.AreEqual(majority, problem.Accuracy(problem.Classify(InfiniteDepth.Of(DualActivation.Gelu(), NetworkKernel.Nngp))), Band, "majority");
        Assert.AreEqual(hilbert, problem.Accuracy(matched), Band, "matched");
        Assert.IsTrue(DirichletProblem.Agreement(labels, matched) >= 0.985, $"{DirichletProblem.Agreement(labels, matched)} of the labels are Hilbert's");
    }

    [TestMethod]
    public void ErfFallsBehindAsTheDimensionGrows()
    {
        double[] behind = [.. new[] { 2, 9 }.Select(columns =>
        {
            var problem = DirichletProblem.Draw(columns, 1000, 2000, seed: 1717);
            return problem.Accuracy(problem.Classify(InfiniteDepth.Hilbert(columns - 1)))
                - problem.Accuracy(problem.Classify(InfiniteDepth.Of(DualActivation.Erf(), NetworkKernel.Nngp)));
        })];
        Assert.IsTrue(behind[0] < 0.02, $"erf is {behind[0]} behind in 2 numbers");
        Assert.IsTrue(behind[1] > 0.1, $"erf is {behind[1]} behind in 9 numbers");
    }
}
