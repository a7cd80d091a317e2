using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Aaren;

/// <summary>What both attention layers promise: causality, inert padding, and step by step the same as at once.</summary>
[TestClass]
public sealed class AttentionLayerTests
{
    private const int Batch = 2, Steps = 23, Channels = 12, Heads = 3;

    [TestMethod]
    [DataRow(AttentionKind.Aaren)]
    [DataRow(AttentionKind.CausalSoftmax)]
    public void Advance_AfterEveryStep_EqualsForward(AttentionKind kind)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (layer, steps) = (Layer(kind), Tensors.Random(1, Batch, Steps, Channels));
        using var state = new StreamState();
        var expected = layer.call(steps, Whole(steps));
        for (var t = 0; t < Steps; t++)
        {
            Tensors.AssertClose(expected.narrow(1, t, 1), layer.Advance(steps.narrow(1, t, 1), state), Tolerance.Single, $"step {t}");
        }
    }

    [TestMethod]
    [DataRow(AttentionKind.Aaren)]
    [DataRow(AttentionKind.CausalSoftmax)]
    public void Advance_InPiecesOfSeveralSteps_EqualsForward(AttentionKind kind)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (layer, steps) = (Layer(kind), Tensors.Random(1, Batch, Steps, Channels));
        using var state = new StreamState();
        var pieces = new[] { layer.Advance(steps.narrow(1, 0, 9), state), layer.Advance(steps.narrow(1, 9, Steps - 9), state) };
        Tensors.AssertClose(layer.call(steps, Whole(steps)), cat(pieces, 1), Tolerance.Single);
    }

    [TestMethod]
    [DataRow(AttentionKind.Aaren)]
    [DataRow(AttentionKind.CausalSoftmax)]
    public void Output_DoesNotDependOnLaterSteps(AttentionKind kind)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (layer, steps) = (Layer(kind), Tensors.Random(1, Batch, Steps, Channels));
        var before = layer.call(steps, Whole(steps));
        steps.narrow(1, 11, Steps - 11).neg_();
        Tensors.AssertSameBits(before.narrow(1, 0, 11), layer.call(steps, Whole(steps)).narrow(1, 0, 11));
    }

    [TestMethod]
    [DataRow(AttentionKind.Aaren)]
    [DataRow(AttentionKind.CausalSoftmax)]
    public void Heads_ThatDoNotDivideTheChannels_AreRoundedUp(AttentionKind kind)
    {
        using var scope = NewDisposeScope();
        var steps = Tensors.Random(1, Batch, Steps, Channels);
        foreach (var heads in new[] { 5, Channels + 1 })
        {
            CollectionAssert.AreEqual(steps.shape, Layer(kind, heads).call(steps, Whole(steps)).shape);
        }
    }

    [TestMethod]
    [DataRow(AttentionKind.Aaren)]
    [DataRow(AttentionKind.CausalSoftmax)]
    public void Padding_WhateverItHolds_ChangesNoValidStep(AttentionKind kind)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (layer, steps) = (Layer(kind), Tensors.Random(1, 1, Steps, Channels));
        var alone = layer.call(steps.narrow(1, 0, 9), new InputBatch(steps.narrow(1, 0, 9), [9]));
        Tensors.AssertClose(alone, layer.call(steps, new InputBatch(steps, [9])).narrow(1, 0, 9), Tolerance.Single);
    }

    [TestMethod]
    [DataRow(AttentionKind.Aaren)]
    [DataRow(AttentionKind.CausalSoftmax)]
    public void TrainingStep_GivesEveryParameterAGradientAndLeavesNoTensorsBehind(AttentionKind kind)
    {
        using var layer = Layer(kind);
        using var steps = Tensors.Random(1, Batch, Steps, Channels);
        void Step()
        {
            using var scope = NewDisposeScope();
            layer.zero_grad();
            layer.call(steps, Whole(steps)).Squared().sum().backward();
        }
        Step();
        Assert.IsTrue(layer.parameters().All(parameter => parameter.grad!.abs().max().Item<float>() > 0));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void StateOfAaren_HasOneSizeForEver_ThatOfCausalSoftmaxGrows()
    {
        long[] BytesAfter(AttentionKind kind)
        {
            using var scope = NewDisposeScope();
            using var state = new StreamState();
            var layer = Layer(kind);
            return [.. Enumerable.Range(0, 5).Select(t =>
            {
                layer.Advance(Tensors.Random((ulong)t, Batch, 1, Channels), state);
                return state.Bytes;
            })];
        }
        var (bounded, growing) = (BytesAfter(AttentionKind.Aaren), BytesAfter(AttentionKind.CausalSoftmax));
        Assert.AreEqual(Batch * (Channels + (2 * Heads)) * sizeof(double), bounded[0]);
        Assert.IsTrue(bounded.All(bytes => bytes == bounded[0]));
        CollectionAssert.AreEqual(Enumerable.Range(1, 5).Select(t => t * growing[0]).ToArray(), growing);
    }

    [TestMethod]
    public void Scores_OfAaren_AreQueryTimesKeyOverTheRootOfTheHeadsWidth()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layer = Layer(AttentionKind.Aaren);
        var weights = layer.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        var steps = Tensors.Random(1, Batch, Steps, Channels);
        Tensor ByHead(string name) =>
            nn.functional.linear(steps, weights[name + ".weight"], weights[name + ".bias"]).view(Batch, Steps, Heads, -1);
        var keys = nn.functional.linear(steps, weights["key"]).view(Batch, Steps, Heads, -1);
        var scores = (keys * weights["query"].view(Heads, -1)).sum(-1).Over(Math.Sqrt(Channels / Heads));
        var outputs = PrefixAttention.Run(scores, ByHead("value")).flatten(2);
        var expected = nn.functional.linear(outputs, weights["exit.weight"], weights["exit.bias"]);
        Tensors.AssertClose(expected, layer.call(steps, Whole(steps)), Tolerance.Single);
    }

    [TestMethod]
    public void CausalSoftmax_IsAttentionWithTheLaterPairsMasked()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layer = Layer(AttentionKind.CausalSoftmax);
        var weights = layer.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        var steps = Tensors.Random(1, Batch, Steps, Channels);
        Tensor ByHead(string name, string bias) =>
            nn.functional.linear(steps, weights[name], bias.Length == 0 ? null : weights[bias]).view(Batch, Steps, Heads, -1)
                .transpose(1, 2);
        var pairs = ByHead("query.weight", "query.bias").matmul(ByHead("key", "").transpose(2, 3)).Over(Math.Sqrt(Channels / Heads));
        var masked = pairs.masked_fill(ones(Steps, Steps, ScalarType.Bool).triu(1), Numbers.NegativeInfinity);
        var outputs = masked.softmax(-1).matmul(ByHead("value.weight", "value.bias")).transpose(1, 2).flatten(2);
        var expected = nn.functional.linear(outputs, weights["exit.weight"], weights["exit.bias"]);
        Tensors.AssertClose(expected, layer.call(steps, Whole(steps)), Tolerance.Single);
    }

    private static AttentionLayer Layer(AttentionKind kind, int heads = Heads) => kind == AttentionKind.Aaren
        ? new AarenLayer(Channels, heads, AttentionMode.Auto, new Generator(7))
        : new SelfAttentionLayer(Channels, heads, AttentionLayer.HeadWidth(Channels, heads), causal: true, new Generator(7));

    private static InputBatch Whole(Tensor steps) =>
        new(steps, [.. Enumerable.Repeat((int)steps.shape[1], (int)steps.shape[0])]);
}
