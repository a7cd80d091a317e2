namespace Microsoft.ML.Extensions.Sequence.Tests.Transformer;

[TestClass]
public sealed class SingleLayerTransformerOptionsTests
{
    [TestMethod]
    [DataRow(nameof(SingleLayerTransformerOptions.Layers), 2)]
    [DataRow(nameof(SingleLayerTransformerOptions.Heads), 0)]
    [DataRow(nameof(SingleLayerTransformerOptions.KeyWidth), -1)]
    [DataRow(nameof(SingleLayerTransformerOptions.FeedForwardWidth), 0)]
    [DataRow(nameof(SingleLayerTransformerOptions.ConvolutionWidth), -1)]
    public void Options_OutOfRange_AreRefusedByName(string name, int value)
    {
        var options = new SingleLayerTransformerOptions();
        typeof(SingleLayerTransformerOptions).GetProperty(name)!.SetValue(options, value);
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).Regression.Trainers.SingleLayerTransformer(options));
        StringAssert.Contains(error.Message, $"{name} is {value}");
    }
}
