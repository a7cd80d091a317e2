namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

[TestClass]
public sealed class RecurrentOptionsTests
{
    [TestMethod]
    [DataRow(nameof(RecurrentOptions.ConvolutionWidth), -1)]
    [DataRow(nameof(RecurrentOptions.TruncationLength), -1)]
    public void Options_OutOfRange_AreRefusedByName(string name, int value)
    {
        RecurrentOptions options = new();
        typeof(RecurrentOptions).GetProperty(name)!.SetValue(options, value);
        AssertRefused(options, name);
    }

    [TestMethod]
    public void NodesOfAGraph_OutOfRange_AreRefusedByName() => AssertRefused(new() { Graph = { Nodes = 9 } }, "Graph.Nodes is 9");

    [TestMethod]
    [DataRow(RecurrentCell.Lstm)]
    [DataRow(RecurrentCell.Gru)]
    public void ActivationOfAGatedCell_IsRefused(RecurrentCell cell) =>
        AssertRefused(new() { Cell = cell, Activation = RecurrentActivation.Relu }, nameof(RecurrentOptions.Activation));

    [TestMethod]
    [DataRow(RecurrentCell.Elman)]
    [DataRow(RecurrentCell.Jordan)]
    [DataRow(RecurrentCell.Gru)]
    public void PeepholesWithoutLstm_AreRefused(RecurrentCell cell) =>
        AssertRefused(new() { Cell = cell, Peepholes = true }, nameof(RecurrentOptions.Peepholes));

    private static void AssertRefused(RecurrentOptions options, string told)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).Regression.Trainers.Recurrent(options));
        StringAssert.Contains(error.Message, told);
    }
}
