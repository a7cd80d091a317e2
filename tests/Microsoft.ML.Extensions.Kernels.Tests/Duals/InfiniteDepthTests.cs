using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class InfiniteDepthTests
{
    private const int TrainRows = 400, TestRows = 500;

    public static IEnumerable<object[]> Dimensions => DirichletClasses.Published.Select(columns => new object[] { columns });

    [TestMethod]
    [DynamicData(nameof(Dimensions))]
    public void NearestNeighborEqualsBruteForceOnEveryQuery(int columns)
    {
        var problem = DirichletProblem.Draw(columns, TrainRows, TestRows, seed: 1);
        var limit = InfiniteDepth.Of(DualActivation.Hermite(3), NetworkKernel.Ntk);
        Assert.AreEqual(InfiniteDepthLimit.NearestNeighbor, limit.Limit);
        CollectionAssert.AreEqual(problem.Nearest(), problem.Classify(limit));
    }

    [TestMethod]
    [DataRow(2, "optimal 1", 100)]
    [DataRow(3, "optimal 2", 100)]
    [DataRow(5, "optimal 4", 100)]
    [DataRow(9, "optimal 8", 100)]
    [DataRow(9, "erf", 200)]
    public void SolvedNngpOfGreatDepthGivesTheSameLabels(int columns, string name, int depth)
    {
        var (problem, dual) = (DirichletProblem.Draw(columns, TrainRows, TestRows, seed: 2), SomeDuals.ByName[name]);
        CollectionAssert.AreEqual(
            problem.Solve(new DeepKernel(dual, depth, NetworkKernel.Nngp)), problem.Classify(InfiniteDepth.Of(dual, NetworkKernel.Nngp)));
    }

    [TestMethod]
    [DataRow("polynomial", NetworkKernel.Nngp, 200)]
    [DataRow("polynomial", NetworkKernel.Ntk, 200)]
    [DataRow("gelu", NetworkKernel.Nngp, 1500)]
    public void SolvedChaoticNetworkOfGreatDepthIsAMajorityVote(string name, NetworkKernel kind, int depth)
    {
        var (problem, dual) = (DirichletProblem.Draw(3, 100, TestRows, seed: 3), SomeDuals.ByName[name]);
        var votes = problem.Classify(InfiniteDepth.Of(dual, kind));
        Assert.IsTrue(votes.All(label => label == problem.Majority));
        CollectionAssert.AreEqual(votes, problem.Solve(new DeepKernel(dual, depth, kind)));
    }

    [TestMethod, Trained]
    public void OrderedNetworkIsNoMajorityVote()
    {
        var (problem, dual) = (DirichletProblem.Draw(9, 30, TestRows, seed: TrainedSeed.From(4)), SomeDuals.ByName["ordered"]);
        Assert.Contains("finite depth", Assert.ThrowsExactly<ArgumentException>(() => InfiniteDepth.Of(dual, NetworkKernel.Nngp)).Message);
        foreach (var depth in new[] { 3, 6, 9 })
        {
            var minority = problem.Solve(new DeepKernel(dual, depth, NetworkKernel.Nngp)).Count(label => label != problem.Majority);
            TrainedBound.Above(minority / (double)TestRows, 0.1, "queries that are not the majority's");
        }
    }

    [TestMethod]
    public void LinearNetworksHaveNoLimit() =>
        Assert.Contains("linear",
            Assert.ThrowsExactly<ArgumentException>(() => InfiniteDepth.Of(DualActivation.LeakyRelu(1), NetworkKernel.Ntk)).Message);

    [TestMethod]
    public void ScoresAreLogarithmsOfProbabilities()
    {
        var problem = DirichletProblem.Draw(5, 50, 20, seed: 5);
        foreach (var limit in new[] { InfiniteDepth.Hilbert(4), InfiniteDepth.Of(DualActivation.Sine(3), NetworkKernel.Ntk),
            InfiniteDepth.Of(DualActivation.Gelu(), NetworkKernel.Ntk) })
        {
            Assert.AreEqual(1, problem.Scores(limit, 7).Sum(Math.Exp), Tolerance.Double);
        }
    }

    [TestMethod]
    public void ScoresAreTheSumsThatTheyStandFor()
    {
        var dual = DualActivation.OptimalFor(2);
        KoenigsKernel kernel = new(dual);
        double[] products = [0.9, 0.5, 0.2, 0.7], weights = [1, 3, 2, 1];
        int[] classes = [0, 1, 1, 0];
        var votes = products.Select((product, i) => weights[i] * Math.Exp(kernel.Evaluate(Correlation.Of(product)))).ToArray();
        var scores = new double[3];
        InfiniteDepth.Of(dual, NetworkKernel.Nngp).LogScores(products, classes, [.. weights.Select(weight => Math.Log(weight))], scores);
        Assert.AreEqual((votes[0] + votes[3]) / votes.Sum(), Math.Exp(scores[0]), Tolerance.Double);
        Assert.AreEqual((votes[1] + votes[2]) / votes.Sum(), Math.Exp(scores[1]), Tolerance.Double);
        Assert.AreEqual(double.NegativeInfinity, scores[2]);
    }

    [TestMethod]
    public void VotesOutsideTheRangeOfADoubleKeepTheirOrder()
    {
        // psi of these products is about e^3000: only logarithms can be compared.
        var (dual, scores) = (DualActivation.OptimalFor(500), new double[2]);
        KoenigsKernel kernel = new(dual);
        InfiniteDepth.Of(dual, NetworkKernel.Nngp).LogScores([1 - 1e-6, 1 - 1.1e-6], [1, 0], [], scores);
        var after = kernel.Evaluate(Correlation.Of(1 - 1.1e-6)) - kernel.Evaluate(Correlation.Of(1 - 1e-6));
        Assert.AreEqual(after, scores[0], 1e-9);
        Assert.AreEqual(0, scores[1], 2 * Math.Exp(after));
    }

    [TestMethod]
    public void ExactHitHasTheLabelOfItsRowInEveryLimit()
    {
        foreach (var dual in new[] { DualActivation.Hermite(2), DualActivation.Erf(), DualActivation.Gelu() })
        {
            var scores = new double[2];
            InfiniteDepth.Of(dual, NetworkKernel.Nngp).LogScores([0.999999, 1 - 2e-16, 0.9999], [0, 1, 0], [Math.Log(1000), 0, 0], scores);
            CollectionAssert.AreEqual(new[] { double.NegativeInfinity, 0 }, scores);
        }
    }

    [TestMethod]
    public void EquallyNearRowsVoteByTheirWeights()
    {
        var scores = new double[2];
        InfiniteDepth.Of(DualActivation.Hermite(2), NetworkKernel.Nngp)
            .LogScores([0.5, 0.5, 0.4], [0, 1, 1], [0, Math.Log(3), Math.Log(9)], scores);
        Assert.AreEqual(Math.Log(0.25), scores[0], Tolerance.Double);
        Assert.AreEqual(Math.Log(0.75), scores[1], Tolerance.Double);
    }

    [TestMethod]
    public void QueryAtRightAnglesToAllRowsIsAVote()
    {
        var scores = new double[2];
        InfiniteDepth.Of(DualActivation.Erf(), NetworkKernel.Nngp).LogScores([0, -1e-17, 0], [0, 1, 1], [], scores);
        Assert.AreEqual(Math.Log(1.0 / 3), scores[0], Tolerance.Double);
    }

    [TestMethod]
    public void BadProductsAreRefused()
    {
        var limit = InfiniteDepth.Of(DualActivation.Erf(), NetworkKernel.Nngp);
        Assert.Contains("non-negative orthant", Assert.ThrowsExactly<ArgumentException>(() => limit.LogWeights([0.5, -0.1], [])).Message);
        Assert.Contains("NaN", Assert.ThrowsExactly<ArgumentException>(() => limit.LogWeights([double.NaN], [])).Message);
        Assert.Contains("at least one row", Assert.ThrowsExactly<ArgumentException>(() => limit.LogWeights([], [])).Message);
        Assert.Contains("2 weights", Assert.ThrowsExactly<ArgumentException>(() => limit.LogWeights([0.5], [0, 0])).Message);
        Assert.Contains("classes",
            Assert.ThrowsExactly<ArgumentException>(() => limit.LogScores([0.5], [0, 1], [], new double[2])).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => InfiniteDepth.Hilbert(0));
    }
}
