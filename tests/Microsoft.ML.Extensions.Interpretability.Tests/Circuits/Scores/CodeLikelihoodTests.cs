namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class CodeLikelihoodTests
{
    // Two heads; rows 0, 0, 1, 1, the first positive. Head 0: codes 0, 0 | 1, -1. Head 1 is not of the circuit.
    private static readonly int[] Codes = [0, 5, 0, 5, 1, 5, -1, 5];
    private static readonly int[] Rows = [0, 0, 1, 1];

    [TestMethod]
    public void Activations_AreMeansOfLogarithmsOfRatios()
    {
        var likelihood = CodeLikelihood.Learn(Codes, 2, 2, Rows, [true, false], [0]);
        // Counts with a half added, over 3 codes (none, 0, 1): positive (.5, 2.5, .5) / 3.5, negative (1.5, .5, 1.5) / 3.5.
        CollectionAssert.AreEqual(
            new[] { Math.Log(0.5 / 1.5), Math.Log(2.5 / 0.5), Math.Log(0.5 / 1.5) }.Select(ratio => Math.Round(ratio, 10)).ToArray(),
            likelihood.Ratios[0].Select(ratio => Math.Round(ratio, 10)).ToArray());
        var activations = likelihood.Activations(Codes, 2, Rows, 2);
        Assert.AreEqual(Math.Log(5), activations[0], 1e-12);
        Assert.AreEqual(Math.Log(1.0 / 3), activations[1], 1e-12);
    }
}
