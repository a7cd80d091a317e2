using Microsoft.ML.Extensions.Numerics.Attention;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Aaren;

/// <summary>One function in several modes: prefix scan, masked softmax, fused kernel and the reference recurrence.</summary>
[TestClass]
public sealed class PrefixAttentionTests
{
    private const AttentionMode Scan = AttentionMode.Scan, Softmax = AttentionMode.Softmax, Fused = AttentionMode.Fused;

    [TestMethod]
    public void Modes_AtEveryLengthUpTo257_GiveTheSameOutputsAndGradients()
    {
        for (var steps = 1; steps <= 257; steps++)
        {
            AssertAgreement(steps, 1 + (steps % 3), 1 + (steps % 5));
        }
    }

    [TestMethod]
    [DataRow(1023)]
    [DataRow(4099)]
    public void Modes_OfALongSequence_GiveTheSameOutputsAndGradients(int steps) => AssertAgreement(steps, 1, 3);

    [TestMethod]
    public void Modes_OfUnequalLengths_GiveTheSameOutputsAndGradients()
    {
        using var scope = NewDisposeScope();
        int[] lengths = [12, 0, 1, 7];
        var expected = Run(Softmax, ScalarType.Float64, 1, lengths, 4, 12, 2, 3);
        AssertAll(expected, Run(Scan, ScalarType.Float64, 1, lengths, 4, 12, 2, 3), Tolerance.Double, "scan");
        AssertAll(expected, Run(Fused, ScalarType.Float32, 1, lengths, 4, 12, 2, 3), Tolerance.Single, "fused");
    }

    [TestMethod]
    public void EveryMode_InDoublePrecision_EqualsTheRecurrence()
    {
        using var scope = NewDisposeScope();
        var shape = new AttentionShape(2, 129, 2, 3);
        var (scores, values) = Inputs(ScalarType.Float64, 30, shape.Batch, shape.Steps, shape.Heads, shape.HeadChannels);
        var expected = SequentialAttention.Forward(shape, scores.data<double>().ToArray(), values.data<double>().ToArray(), [129, 129]);
        foreach (var mode in new[] { Scan, Softmax })
        {
            Tensors.AssertClose(tensor(expected).view(values.shape), PrefixAttention.Run(scores, values, null, mode), Tolerance.Double,
                $"{mode}");
        }
    }

    [TestMethod]
    [DataRow(Scan)]
    [DataRow(Softmax)]
    [DataRow(Fused)]
    public void ScoresOfTenThousand_GiveNoNaNForwardOrBackward(AttentionMode mode)
    {
        using var scope = NewDisposeScope();
        foreach (var deviation in new[] { 1e4, -1e4, 3e37 })
        {
            var expected = Run(Softmax, ScalarType.Float64, deviation, null, 1, 40, 2, 3);
            var actual = Run(mode, ScalarType.Float32, deviation, null, 1, 40, 2, 3);
            Assert.IsTrue(actual.All(tensor => tensor.isfinite().all().Item<bool>()));
            AssertAll(expected, actual, Tolerance.Single, $"{mode} {deviation}");
        }
    }

    [TestMethod]
    [DataRow(Scan)]
    [DataRow(Softmax)]
    [DataRow(Fused)]
    public void Padding_EvenNaN_ChangesNeitherOutputsNorGradients(AttentionMode mode)
    {
        using var scope = NewDisposeScope();
        AssertAll(PaddedRun(mode, 0), PaddedRun(mode, float.NaN), 0, $"{mode}");
    }

    [TestMethod]
    [DataRow(Scan)]
    [DataRow(Softmax)]
    [DataRow(Fused)]
    public void Output_DoesNotDependOnLaterSteps(AttentionMode mode)
    {
        using var scope = NewDisposeScope();
        var (scores, values) = Inputs(ScalarType.Float32, 1, 2, 30, 2, 3);
        var before = PrefixAttention.Run(scores, values, null, mode);
        scores.narrow(1, 17, 13).neg_();
        values.narrow(1, 17, 13).neg_();
        var after = PrefixAttention.Run(scores, values, null, mode);
        Tensors.AssertSameBits(before.narrow(1, 0, 17), after.narrow(1, 0, 17));
        Assert.IsFalse(before.equal(after).all().Item<bool>());
    }

    [TestMethod]
    [DataRow(Scan)]
    [DataRow(Softmax)]
    [DataRow(Fused)]
    public void Output_DoesNotDependOnTheOrderOfThePast(AttentionMode mode)
    {
        using var scope = NewDisposeScope();
        var (scores, values) = Inputs(ScalarType.Float32, 1, 2, 30, 2, 3);
        var turned = PrefixAttention.Run(scores.flip(1), values.flip(1), null, mode).select(1, 29);
        Tensors.AssertClose(PrefixAttention.Run(scores, values, null, mode).select(1, 29), turned, Tolerance.Single);
    }

    [TestMethod]
    public void Auto_TakesTheFusedKernelForFloatsAndTheScanForDoubles()
    {
        using var scope = NewDisposeScope();
        var (scores, values) = Inputs(ScalarType.Float32, 1, 2, 30, 2, 3);
        Tensors.AssertSameBits(PrefixAttention.Run(scores, values, null, Fused), PrefixAttention.Run(scores, values));
        var (exactScores, exactValues) = (scores.to(ScalarType.Float64), values.to(ScalarType.Float64));
        Tensors.AssertSameBits(PrefixAttention.Run(exactScores, exactValues, null, Scan), PrefixAttention.Run(exactScores, exactValues));
    }

    [TestMethod]
    public void Fused_OfDoubles_IsRefusedWithAnAlternative()
    {
        using var scope = NewDisposeScope();
        var (scores, values) = Inputs(ScalarType.Float64, 1, 1, 3, 1, 2);
        var error = Assert.ThrowsExactly<NotSupportedException>(() => PrefixAttention.Run(scores, values, null, Fused));
        StringAssert.Contains(error.Message, nameof(AttentionMode.Auto));
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(4)]
    public void Lengths_OutOfRange_AreRefused(int length)
    {
        using var scope = NewDisposeScope();
        var (scores, values) = Inputs(ScalarType.Float32, 1, 1, 3, 1, 2);
        Assert.ThrowsExactly<ArgumentException>(() => PrefixAttention.Run(scores, values, [length]));
    }

    [TestMethod]
    public void Shapes_ThatDoNotFit_AreRefused()
    {
        using var scope = NewDisposeScope();
        var (scores, values) = Inputs(ScalarType.Float32, 1, 1, 3, 1, 2);
        Assert.ThrowsExactly<ArgumentException>(() => PrefixAttention.Run(scores, values.narrow(1, 0, 2)));
    }

    [TestMethod]
    [DataRow(Scan)]
    [DataRow(Softmax)]
    [DataRow(Fused)]
    public void TrainingStep_LeavesNoTensorsBehind(AttentionMode mode)
    {
        void Step()
        {
            using var scope = NewDisposeScope();
            Run(mode, ScalarType.Float32, 1, [5, 9], 2, 9, 2, 3);
        }
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void AssertAgreement(int steps, int heads, int width)
    {
        using var scope = NewDisposeScope();
        var expected = Run(Softmax, ScalarType.Float64, 2, null, 1, steps, heads, width);
        AssertAll(expected, Run(Scan, ScalarType.Float64, 2, null, 1, steps, heads, width), Tolerance.Double, $"scan, {steps} steps");
        AssertAll(expected, Run(Scan, ScalarType.Float32, 2, null, 1, steps, heads, width), Tolerance.Single, $"float scan, {steps} steps");
        AssertAll(expected, Run(Fused, ScalarType.Float32, 2, null, 1, steps, heads, width), Tolerance.Single, $"fused, {steps} steps");
    }

    private static void AssertAll(Tensor[] expected, Tensor[] actual, double tolerance, string what)
    {
        foreach (var (name, left, right) in new[] { "outputs", "ds", "dv" }.Zip(expected, actual))
        {
            Tensors.AssertClose(left, right, tolerance, $"{name} of {what}");
        }
    }

    // The outputs, and the gradients of scores and values.
    private static Tensor[] Run(AttentionMode mode, ScalarType type, double deviation, int[]? lengths, params long[] size)
    {
        var (scores, values) = Inputs(type, deviation, size);
        var outputs = PrefixAttention.Run(scores.requires_grad_(), values.requires_grad_(), lengths, mode);
        outputs.backward([Tensors.Random(3, size).to(type)]);
        return [outputs.detach(), scores.grad!, values.grad!];
    }

    private static Tensor[] PaddedRun(AttentionMode mode, float padding)
    {
        var (scores, values) = Inputs(ScalarType.Float32, 1, 2, 9, 2, 3);
        scores.narrow(0, 1, 1).narrow(1, 4, 5).Fill(padding);
        values.narrow(0, 1, 1).narrow(1, 4, 5).Fill(padding);
        var outputs = PrefixAttention.Run(scores.requires_grad_(), values.requires_grad_(), [9, 4], mode);
        outputs.Squared().sum().backward();
        return [outputs.detach(), scores.grad!, values.grad!];
    }

    // Drawn as floats, so that both precisions see the same numbers.
    private static (Tensor Scores, Tensor Values) Inputs(ScalarType type, double deviation, params long[] size) =>
        (Tensors.Random(1, size[..3]).Scaled(deviation).to(type), Tensors.Random(2, size).to(type));
}
