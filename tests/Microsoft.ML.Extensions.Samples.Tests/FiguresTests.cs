namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class FiguresTests
{
    [TestMethod]
    public void Write_GivesALineAFigure_InOrder()
    {
        using var output = new StringWriter { NewLine = "\n" };
        new Figures { { "accuracy", 0.98765432 }, { "rows_per_second", 1234567.5 }, { "log_loss", double.NaN } }.Write(output);
        Assert.AreEqual("accuracy: 0.987654\nrows_per_second: 1234567.5\nlog_loss: NaN\n", output.ToString());
    }
}
