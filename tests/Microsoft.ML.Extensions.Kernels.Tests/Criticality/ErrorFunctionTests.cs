namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class ErrorFunctionTests
{
    // Abramowitz and Stegun, table 7.1, and its continuation.
    [TestMethod]
    [DataRow(0.0, 0.0)]
    [DataRow(0.5, 0.5204998778130465)]
    [DataRow(1.0, 0.8427007929497149)]
    [DataRow(2.0, 0.9953222650189527)]
    [DataRow(2.6, 0.9997639655834707)]
    [DataRow(-3.0, -0.9999779095030014)]
    [DataRow(30.0, 1.0)]
    public void Of_AgreesWithTheTable(double x, double expected) => Assert.AreEqual(expected, ErrorFunction.Of(x), 2e-15);

    [TestMethod]
    public void BothFormulas_MeetWhereTheyChange() => Assert.AreEqual(ErrorFunction.Of(2.5 - 1e-12), ErrorFunction.Of(2.5 + 1e-12), 1e-14);
}
