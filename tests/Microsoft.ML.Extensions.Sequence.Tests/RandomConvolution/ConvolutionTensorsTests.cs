using Microsoft.ML.Extensions.Numerics.RandomConvolution;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.RandomConvolution;

[TestClass]
public sealed class ConvolutionTensorsTests
{
    private static readonly ConvolutionBank s_bank = ConvolutionBank.Draw(new Random(1), 40, 3, 420);

    [TestMethod]
    public void Bank_ComesBackAsItWas()
    {
        using var tensors = new ConvolutionTensors(s_bank);
        var read = tensors.Read(3);
        CollectionAssert.AreEqual(s_bank.Dilations, read.Dilations);
        CollectionAssert.AreEqual(s_bank.BiasCounts, read.BiasCounts);
        CollectionAssert.AreEqual(s_bank.ChannelEnds, read.ChannelEnds);
        CollectionAssert.AreEqual(s_bank.Channels, read.Channels);
        CollectionAssert.AreEqual(s_bank.Biases, read.Biases);
        CollectionAssert.AreEqual(s_bank.Spreads, read.Spreads);
    }

    // What a file may hold, and no training leaves: each would index beyond what there is, or allocate by what a file says.
    [TestMethod]
    [DataRow("dilations", 0)]
    [DataRow("dilations", -3)]
    [DataRow("dilations", long.MaxValue)]
    [DataRow("biasCounts", 0)]
    [DataRow("biasCounts", 2_000_000_000)]
    [DataRow("channelEnds", 0)]
    [DataRow("channelEnds", 1_000_000)]
    [DataRow("channels", 3)]
    [DataRow("channels", -1)]
    public void NumberThatNoTrainingLeaves_IsRefused(string name, long value)
    {
        using var scope = NewDisposeScope();
        using var tensors = new ConvolutionTensors(s_bank);
        var last = tensors.state_dict()[name];
        last.narrow(0, last.shape[0] - 1, 1).copy_(tensor(new[] { value }));
        var e = Assert.ThrowsExactly<FormatException>(() => tensors.Read(3));
        StringAssert.Contains(e.Message, "holds values that no training gives");
    }

    [TestMethod]
    [DataRow("dilations")]
    [DataRow("biasCounts")]
    [DataRow("channelEnds")]
    [DataRow("channels")]
    [DataRow("biases")]
    [DataRow("spreads")]
    public void TensorOfAnotherLength_IsRefused(string name)
    {
        using var scope = NewDisposeScope();
        using var tensors = new ConvolutionTensors(s_bank);
        var shapes = tensors.state_dict().ToDictionary(pair => "values." + pair.Key, pair => pair.Value.shape);
        shapes["values." + name] = [shapes["values." + name][0] - 1];
        using var room = new ConvolutionTensors(shapes, "values.");
        foreach (var (key, value) in room.state_dict())
        {
            value.copy_(tensors.state_dict()[key].narrow(0, 0, value.shape[0]));
        }
        Assert.ThrowsExactly<FormatException>(() => room.Read(3));
    }
}
