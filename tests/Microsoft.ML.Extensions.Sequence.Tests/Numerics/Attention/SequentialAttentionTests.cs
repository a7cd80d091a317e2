using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.Attention;

/// <summary>The reference compared with the definition of attention and with finite differences.</summary>
[TestClass]
public sealed class SequentialAttentionTests
{
    [TestMethod]
    public void Output_IsTheSoftmaxWeightedMeanOfThePrefix()
    {
        var problem = new AttentionProblem(new(1, 9, 1, 2), 1);
        var outputs = problem.ReferenceOutputs();
        for (var t = 0; t < 9; t++)
        {
            var weights = problem.Scores[..(t + 1)].Select(Math.Exp).ToArray();
            for (var i = 0; i < 2; i++)
            {
                var expected = weights.Select((weight, step) => weight * problem.Values[(step * 2) + i]).Sum() / weights.Sum();
                Assert.AreEqual(expected, outputs[(t * 2) + i], Tolerance.Double);
            }
        }
    }

    [TestMethod]
    public void Gradients_AreTheDerivativesOfTheOutputs()
    {
        var problem = new AttentionProblem(new(3, 5, 2, 3), 2, [5, 2, 0]);
        var (scores, values) = problem.ReferenceGradients();
        AssertDerivative(problem, problem.Scores, scores);
        AssertDerivative(problem, problem.Values, values);
    }

    [TestMethod]
    public void EachTermScaledByItsOwnPrefixMaximum_IsAnotherFunction()
    {
        var problem = new AttentionProblem(new(1, 512, 1, 1), 3, deviation: 1);
        var (largest, weight, sum, error) = (double.NegativeInfinity, 0.0, 0.0, 0.0);
        var outputs = problem.ReferenceOutputs();
        for (var t = 0; t < 512; t++)
        {
            largest = Math.Max(largest, problem.Scores[t]);
            weight += Math.Exp(problem.Scores[t] - largest);
            sum += problem.Values[t] * Math.Exp(problem.Scores[t] - largest);
            error = Math.Max(error, Math.Abs((sum / weight) - outputs[t]));
        }
        Assert.IsTrue(error > 0.1, $"error {error}");
    }

    private static void AssertDerivative(AttentionProblem problem, double[] variable, double[] gradient)
    {
        const double difference = 1e-6;
        for (var i = 0; i < variable.Length; i++)
        {
            var value = variable[i];
            variable[i] = value + difference;
            var above = Loss(problem);
            variable[i] = value - difference;
            var below = Loss(problem);
            variable[i] = value;
            Assert.AreEqual((above - below) / (2 * difference), gradient[i], 1e-8, $"entry {i}");
        }
    }

    private static double Loss(AttentionProblem problem) => problem.ReferenceOutputs().Zip(problem.GradOutputs, (o, g) => o * g).Sum();
}
