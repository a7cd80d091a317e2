namespace Microsoft.ML.Extensions.Sequence.Tests.Transformer;

[TestClass]
public sealed class StepExchangesTests
{
    private static readonly double[] Sequences = [1, 10, 2, 20, 4, 40, 3, 30, 5, 50, 7, 70];

    [TestMethod]
    public void Residual_OfAFunctionOfEachStep_IsZero() =>
        Assert.AreEqual(0, StepExchanges.Residual(
            x => [.. x.ToArray().Select(value => value * value)], Sequences, steps: 3, channels: 2, outputs: 2));

    [TestMethod]
    public void Residual_OfTheFirstStepEverywhere_IsTheLargestDifferenceFromIt()
    {
        double[] First(ReadOnlySpan<double> x)
        {
            var values = new double[x.Length];
            for (var i = 0; i < x.Length; i++)
            {
                values[i] = x[(i / 6 * 6) + (i % 2)];
            }
            return values;
        }
        Assert.AreEqual(40, StepExchanges.Residual(First, Sequences, steps: 3, channels: 2, outputs: 2));
    }

    [TestMethod]
    public void Residual_OfOneStep_IsZero() =>
        Assert.AreEqual(0, StepExchanges.Residual(x => [x[0] * 2, x[1] + 1], Sequences.AsSpan(0, 2), steps: 1, channels: 2, outputs: 2));
}
