namespace Microsoft.ML.Extensions.Sequence.Tests.Aaren;

[TestClass]
public sealed class AarenOptionsTests
{
    [TestMethod]
    [DataRow(nameof(AarenOptions.Heads), 0)]
    [DataRow(nameof(AarenOptions.FeedForwardFactor), 0)]
    [DataRow(nameof(AarenOptions.ConvolutionWidth), -1)]
    public void Options_OutOfRange_AreRefusedByName(string name, int value)
    {
        var options = new AarenOptions();
        typeof(AarenOptions).GetProperty(name)!.SetValue(options, value);
        AssertRefused(options, name);
    }

    [TestMethod]
    [DataRow(AttentionMode.Fused)]
    [DataRow(AttentionMode.Scan)]
    [DataRow(AttentionMode.Softmax)]
    public void Mode_OfCausalSoftmax_IsRefused(AttentionMode mode) =>
        AssertRefused(new AarenOptions { Attention = AttentionKind.CausalSoftmax, Mode = mode }, nameof(AarenOptions.Mode));

    private static void AssertRefused(AarenOptions options, string told)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).Regression.Trainers.Aaren(options));
        StringAssert.Contains(error.Message, told);
    }
}
