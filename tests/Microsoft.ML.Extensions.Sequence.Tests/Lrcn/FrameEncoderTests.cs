using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lrcn;

[TestClass]
public sealed class FrameEncoderTests
{
    private static readonly FrameShape Frame = new(3, 9, 6);

    [TestMethod]
    [DataRow(FrameBackbone.Small)]
    [DataRow(FrameBackbone.ResNet18)]
    public void AllFramesAtOnce_GiveWhatEachGivesAlone(FrameBackbone backbone)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var encoder = Encoder(new(backbone, null, false, 4, 8, 0), Frame);
        var frames = Tensors.Random(1, 6, Frame.Values);
        Tensors.AssertClose(cat(frames.split(1).Select(encoder.call).ToArray()), encoder.call(frames), Tolerance.Single);
    }

    [TestMethod]
    public void MoreFramesThanAreScoredTogether_GiveWhatEachGivesAlone()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var shape = new FrameShape(1, 1200, 1200);
        var encoder = Encoder(new(FrameBackbone.Small, null, false, 1, 2, 0), shape);
        var frames = Tensors.Random(1, 3, shape.Values);
        Tensors.AssertClose(cat(frames.split(1).Select(encoder.call).ToArray()), encoder.call(frames), Tolerance.Single);
    }

    [TestMethod]
    [DataRow(FrameBackbone.Small, 1, 1)]
    [DataRow(FrameBackbone.Small, 1, 17)]
    [DataRow(FrameBackbone.Small, 50, 33)]
    [DataRow(FrameBackbone.ResNet18, 1, 1)]
    [DataRow(FrameBackbone.ResNet34, 33, 65)]
    public void FramesOfAnySize_GiveFeatures(FrameBackbone backbone, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var shape = new FrameShape(2, height, width);
        var features = Encoder(new(backbone, null, false, 2, 5, 0), shape).call(Tensors.Random(1, 2, shape.Values));
        CollectionAssert.AreEqual(new long[] { 2, 5 }, features.shape);
        Assert.IsTrue(features.isfinite().all().Item<bool>());
    }

    [TestMethod]
    public void Prepare_StandardisesEachColorOverAllPixels()
    {
        using var scope = NewDisposeScope();
        var encoder = Encoder(new(FrameBackbone.Small, null, false, 4, 8, 0), new FrameShape(2, 1, 2));
        var statistics = new ChannelStatistics();
        statistics.Add([1, 3, 10, 10], 4);
        encoder.Standardize(statistics);
        CollectionAssert.AreEqual(new float[] { 2, 10 }, encoder.state_dict()["mean"].data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 1 }, encoder.state_dict()["scale"].data<float>().ToArray());
    }

    [TestMethod]
    public void FrozenBackbone_LearnsNothing_AndItsExitDoes()
    {
        using var scope = NewDisposeScope();
        var encoder = new FrameEncoder(new(FrameBackbone.Small, null, true, 4, 8, 0), Frame, new RandomSource(), new Generator(1));
        var before = encoder.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());
        encoder.call(Tensors.Random(1, 6, Frame.Values)).sum().backward();
        foreach (var (name, parameter) in encoder.named_parameters())
        {
            Assert.AreEqual(name.StartsWith("backbone.", StringComparison.Ordinal), parameter.grad is null, name);
        }
        foreach (var (name, value) in encoder.named_buffers())
        {
            Tensors.AssertSameBits(before[name], value, name);
        }
    }

    [TestMethod]
    public void ResNet_HasTheNamesAndShapesOfTorchvision()
    {
        using var scope = NewDisposeScope();
        var backbone = new ResidualBackbone(new FrameShape(3, 224, 224), 64, [2, 2, 2, 2], true, new Generator(1));
        var state = backbone.state_dict();
        // torchvision's resnet18 has 122 tensors, of which fc.weight and fc.bias are not wanted, and 11,689,512 parameters, 513,000 of them
        // in fc.
        Assert.HasCount(120, state);
        Assert.AreEqual(11_176_512, backbone.parameters().Sum(parameter => parameter.numel()));
        CollectionAssert.AreEqual(new long[] { 128, 64, 1, 1 }, state["layer2.0.downsample.0.weight"].shape);
        CollectionAssert.AreEqual(new long[] { 512 }, state["layer4.1.bn2.running_var"].shape);
    }

    [TestMethod]
    public void WeightsFile_FillsTheBackbone_AndBringsImageNetsMean()
    {
        using var scope = NewDisposeScope();
        var trained = new ResidualBackbone(new FrameShape(3, 32, 32), 64, [2, 2, 2, 2], true, new Generator(5));
        using var file = new TempFile(
            Safetensors.Write(trained.state_dict().Select(pair => (pair.Key, pair.Value)).Append(("fc.weight", ones(1000, 512)))));
        var encoder = new FrameEncoder(
            new(FrameBackbone.ResNet18, file.Path, false, 64, 8, 0), new FrameShape(3, 32, 32), new RandomSource(), new Generator(1));
        encoder.Standardize(Seen(3 * 32 * 32));
        Tensors.AssertSameBits(trained.state_dict()["layer3.1.conv2.weight"], encoder.state_dict()["backbone.layer3.1.conv2.weight"]);
        Assert.AreEqual(0.456f, encoder.state_dict()["mean"][1].Item<float>());
    }

    [TestMethod]
    public void WeightsFileThatDoesNotFit_IsRefusedByNameAndTensor()
    {
        using var scope = NewDisposeScope();
        using var file = new TempFile(Safetensors.Write([("conv1.weight", ones(1))]));
        var encoder = new FrameEncoder(
            new(FrameBackbone.ResNet18, file.Path, false, 64, 8, 0), new FrameShape(3, 8, 8), new RandomSource(), new Generator(1));
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => encoder.Standardize(Seen(3 * 8 * 8)));
        StringAssert.Contains(e.Message, file.Path);
        StringAssert.Contains(e.Message, "'layer4.1.bn2.weight' is missing");
    }

    private static ChannelStatistics Seen(int channels)
    {
        var statistics = new ChannelStatistics();
        statistics.Add(new float[channels], channels);
        return statistics;
    }

    private static FrameEncoder Encoder(FrameEncoderSettings settings, FrameShape frame)
    {
        var encoder = new FrameEncoder(settings, frame, new RandomSource(), new Generator(1));
        encoder.eval();
        return encoder;
    }
}
