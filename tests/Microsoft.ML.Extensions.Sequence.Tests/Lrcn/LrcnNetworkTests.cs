using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lrcn;

[TestClass]
public sealed class LrcnNetworkTests
{
    private const int Classes = 3;

    private static readonly FrameShape Frame = new(1, 8, 8);
    private static readonly MulticlassHead Head = new(new HeadDescription("Multiclass", Classes));

    [TestMethod]
    public void Row_GivesTheLogarithmOfTheMeanOfProbabilities_NotOfLogits()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Network(new());
        var batch = Batch(Random(1, 4));
        var steps = network.Steps(batch, FrameClips.Whole([4]))[0];
        Tensors.AssertClose(steps.softmax(-1).mean([0]), network.call(batch).exp()[0], Tolerance.Single);
        Assert.IsGreaterThan(1e-6, (steps.softmax(-1).mean([0]) - steps.mean([0]).softmax(-1)).abs().max().Item<float>());
    }

    [TestMethod]
    public void Last_GivesTheProbabilitiesOfTheLastStep()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Network(new() { Fusion = FrameFusion.Last });
        var batch = Batch(Random(1, 4));
        Tensors.AssertClose(network.Steps(batch, FrameClips.Whole([4]))[0][3].softmax(-1), network.call(batch).exp()[0], Tolerance.Single);
    }

    [TestMethod]
    public void LongRow_GivesTheMeanOfItsClips()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Network(new() { ClipLength = 4, ClipStride = 2 });
        var frames = Random(1, 7);
        var clips = new[] { 0, 2, 3 }.Select(start => network.call(Batch(frames.narrow(0, start, 4))).exp()).ToArray();
        Tensors.AssertClose(stack(clips).mean([0]), network.call(Batch(frames)).exp(), Tolerance.Single);
    }

    [TestMethod]
    public void OrderOfFrames_IsSeenByTheNetwork_AndNotByTheBaseline()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var frames = Random(1, 16);
        var turned = frames.flip(0);
        float Change(bool single)
        {
            var network = Network(new() { SingleFrame = single });
            return (network.call(Batch(frames)) - network.call(Batch(turned))).abs().max().Item<float>();
        }
        Assert.AreEqual(0f, Change(single: true));
        Assert.IsGreaterThan(1e-4f, Change(single: false));
    }

    [TestMethod]
    public void ConstantClip_IsItsFramesFeaturesRepeated()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Network(new());
        var frame = Random(1, 1);
        var constant = network.Steps(Batch(frame.expand(5, -1)), FrameClips.Whole([5]));
        var first = network.Steps(Batch(frame), FrameClips.Whole([1]));
        Tensors.AssertClose(first[0][0], constant[0][0], Tolerance.Single);
        var baseline = Network(new() { SingleFrame = true });
        Tensors.AssertClose(baseline.call(Batch(frame)), baseline.call(Batch(frame.expand(5, -1))), Tolerance.Single);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void PaddingAndNeighbours_ChangeNothing(bool single)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Network(new() { SingleFrame = single, ClipLength = 4, ClipStride = 2, Layers = 2 });
        var (shorter, longer) = (Random(1, 3), Random(2, 9));
        var padded = nn.functional.pad(shorter, [0, 0, 0, 6], value: double.NaN);
        var together = network.call(new InputBatch(stack([padded, longer]), [3, 9]));
        Tensors.AssertClose(cat([network.call(Batch(shorter)), network.call(Batch(longer))]), together, Tolerance.Single);
    }

    [TestMethod]
    public void Training_AsksForTheLabelAtEveryStep()
    {
        using var scope = NewDisposeScope();
        var network = Network(new() { Dropout = 0 });
        var batch = new InputBatch(stack([Random(1, 4), Random(2, 4)]), [4, 2]);
        var labels = tensor(new float[] { 0, 2 });
        network.Randomness.Generator = new Generator(1);
        network.train();
        var losses = network.Losses(batch, labels, Loss);
        network.train();
        var steps = network.Steps(batch, FrameClips.Whole([4, 2]));
        var expected = new[] { (0, 0, 4), (1, 2, 2) }.Select(row =>
            Loss(steps[row.Item1].narrow(0, 0, row.Item3), NumberDoors.Full([row.Item3], row.Item2)).mean()).ToArray();
        Tensors.AssertClose(stack(expected), losses, Tolerance.Single);
    }

    [TestMethod]
    public void Training_GivesEveryParameterAGradient()
    {
        using var scope = NewDisposeScope();
        var network = Network(new() { Layers = 2 });
        network.Randomness.Generator = new Generator(1);
        network.train();
        network.Losses(new InputBatch(stack([Random(1, 20), Random(2, 20)]), [20, 11]), tensor(new float[] { 0, 2 }), Loss).sum()
            .backward();
        foreach (var (name, parameter) in network.named_parameters())
        {
            Assert.IsTrue(parameter.grad is { } gradient && gradient.abs().sum().Item<float>() > 0, name);
        }
    }

    [TestMethod]
    public void Validation_MeasuresWhatScoringGives()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Network(new());
        var batch = Batch(Random(1, 20));
        var label = tensor(new float[] { 1 });
        Tensors.AssertClose(Loss(network.call(batch), label), network.Losses(batch, label, Loss), Tolerance.Single);
    }

    private static Tensor Loss(Tensor outputs, Tensor labels) => Head.Loss(outputs, labels, labelSmoothing: 0);

    private static Tensor Random(ulong seed, int frames) => Tensors.Random(seed, frames, Frame.Values);

    private static InputBatch Batch(Tensor frames) => new(frames.unsqueeze(0), [(int)frames.shape[0]]);

    private static LrcnNetwork Network(LrcnOptions options)
    {
        (options.ConvolutionChannels, options.HiddenSize) = (4, 8);
        var network = new LrcnNetwork(
            options, new InputColumn("X", InputKind.Sequence, Frame.Values, 0, 0, Frame), Classes, Head, new Generator(3));
        network.eval();
        return network;
    }
}
