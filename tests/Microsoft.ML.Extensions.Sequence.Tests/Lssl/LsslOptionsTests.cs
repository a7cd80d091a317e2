namespace Microsoft.ML.Extensions.Sequence.Tests.Lssl;

[TestClass]
public sealed class LsslOptionsTests
{
    [TestMethod]
    [DataRow(StateMatrix.DiagonalLin, LsslKernel.DenseKrylov, "Vandermonde")]
    [DataRow(StateMatrix.DiagonalReal, LsslKernel.Structured, "Vandermonde")]
    [DataRow(StateMatrix.Random, LsslKernel.Structured, "DenseKrylov")]
    [DataRow(StateMatrix.LegS, LsslKernel.Vandermonde, "Structured")]
    public void KernelThatDoesNotServeTheMatrix_IsRefusedWithThoseThatDo(StateMatrix matrix, LsslKernel kernel, string allowed)
    {
        var message = Refused(options => (options.StateMatrix, options.Kernel) = (matrix, kernel));
        StringAssert.Contains(message, $"Kernel is {kernel}");
        StringAssert.Contains(message, allowed);
    }

    [TestMethod]
    public void StructuredKernelOfEulersMethod_IsRefused() => StringAssert.Contains(
        Refused(options => (options.StateMatrix, options.Kernel, options.Alpha) = (StateMatrix.LegS, LsslKernel.Structured, 0)),
            "Alpha is 0");

    [TestMethod]
    public void TimescalesInTheWrongOrder_AreRefused() => StringAssert.Contains(
        Refused(options => (options.MinTimescale, options.MaxTimescale) = (0.5, 0.1)), "MaxTimescale is 0.1");

    [TestMethod]
    public void EveryStateMatrix_HasAKernelBesideAuto()
    {
        foreach (var matrix in Enum.GetValues<StateMatrix>())
        {
            Assert.AreEqual(LsslKernel.Auto, matrix.Kernels()[0]);
            Assert.IsGreaterThan(1, matrix.Kernels().Length);
        }
    }

    private static string Refused(Action<LsslOptions> change)
    {
        var options = new LsslOptions();
        change(options);
        return Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).Regression.Trainers.Lssl(options)).Message;
    }
}
