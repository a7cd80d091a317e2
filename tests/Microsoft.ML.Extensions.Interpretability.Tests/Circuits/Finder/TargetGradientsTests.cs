using Microsoft.ML.Extensions.Interpretability.Tests.Models;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class TargetGradientsTests
{
    private static readonly CircuitExample[] Examples =
    [
        new([3, 0, 10, 7], true, [new(3, 2, 4)]),
        new([4, 2], true, [new(1, 1)]),
        new([4, 9, 1], false),
    ];

    [TestMethod]
    [DataRow("gpt2")]
    [DataRow("llama")]
    public void OneStep_IsTheGradientAtTheRow_ByFiniteDifferences(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create(kind, ScalarType.Float64);
        var point = new HookPoint(HookKind.AttentionOutput, 0);
        var gradient = new TargetGradients(model, CircuitMetric.LogProbability).At(Examples, [point])[0];
        const double Step = 1e-5;
        double Value(double change)
        {
            var batch = new TokenBatch(Examples.Select(example => example.Tokens));
            var readout = new TargetReadout(Examples, batch, CircuitMetric.LogProbability, model.Config.Logits);
            using var cache = model.Run(batch, [readout.Point], [Intervention.Edit(point, output =>
            {
                var moved = output.clone();
                moved[1, 0, 5] = moved[1, 0, 5].Plus(change);
                return moved;
            })]);
            return readout.Values(cache[readout.Point]).sum().Item<double>();
        }
        Assert.AreEqual((Value(Step) - Value(-Step)) / (2 * Step), gradient[1, 0, 5].Item<double>(), 1e-8);
        Assert.AreEqual(0, gradient[2].abs().sum().Item<double>(), "A row without targets has no gradient.");
    }

    [TestMethod]
    public void AfterAttention_GivesTheMeanAlongThePath_AndTheGradientAtTheRow_WithoutPadding()
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create("gpt2", ScalarType.Float64);
        using var baseline = new BaselineMeans(model, [.. Examples.Select(example => example.Tokens)], [new(HookKind.Embedding)]);
        var points = HookPoint.OfEachLayer(HookKind.AttentionOutput, model.Config);
        var gradients = new TargetGradients(model, CircuitMetric.LogProbability, 4, baseline);
        var after = gradients.AfterAttention(Examples, default);
        var kept = tensor(HeadActivations.KeptTokens(new TokenBatch(Examples.Select(example => example.Tokens))));
        Tensor[] Flat(TargetGradients of) => [.. of.At(Examples, points).Select(gradient => gradient.flatten(0, 1).index_select(0, kept))];
        var (onTheWay, atRow) = (Flat(gradients), Flat(new TargetGradients(model, CircuitMetric.LogProbability)));
        for (var layer = 0; layer < points.Length; layer++)
        {
            Assert.IsLessThan(1e-12, (after.OnTheWay[layer] - onTheWay[layer]).abs().max().Item<double>());
            Assert.IsLessThan(1e-12, (after.AtRow[layer] - atRow[layer]).abs().max().Item<double>());
            Assert.IsGreaterThan(1e-4, (onTheWay[layer] - atRow[layer]).abs().max().Item<double>());
        }
    }

    [TestMethod]
    public void ManySteps_TimesThePath_GiveTheChangeOfTheValue()
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create("gpt2", ScalarType.Float64);
        CircuitExample[] one = [Examples[0]];
        int[][] rows = [[3, 0, 10, 7], [1, 2, 3, 4], [9, 9, 0, 5]];
        var embedding = new HookPoint(HookKind.Embedding);
        using var baseline = new BaselineMeans(model, rows, [embedding]);
        const int Steps = 400;
        var gradient = new TargetGradients(model, CircuitMetric.LogProbability, Steps, baseline).At(one, [embedding])[0];
        var batch = new TokenBatch([one[0].Tokens]);
        var readout = new TargetReadout(one, batch, CircuitMetric.LogProbability, model.Config.Logits);
        using var own = model.Run(batch, [embedding, readout.Point]);
        var mean = baseline[embedding, 4];
        using var atMean = model.Run(batch, [readout.Point], [Intervention.Edit(embedding, _ => mean.clone())]);
        var change = readout.Values(own[readout.Point]).Item<double>() - readout.Values(atMean[readout.Point]).Item<double>();
        Assert.AreEqual(change, (gradient * (own[embedding] - mean)).sum().Item<double>(), 0.02 * Math.Abs(change));
    }

    [TestMethod]
    public void Means_OfUnequalRows_AreOfEachPlaceThatAllReach_AndOneOfAllTokensAfter()
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create("attention only", ScalarType.Float64);
        int[][] rows = [[3, 0, 10, 7], [1, 2], [9, 9, 0]];
        var embedding = new HookPoint(HookKind.Embedding);
        using var baseline = new BaselineMeans(model, rows, [embedding]);
        var table = model.Weight("embed.W_E");
        var means = baseline[embedding, 6];
        CollectionAssert.AreEqual(new long[] { 1, 6, 12 }, means.shape);
        Assert.IsLessThan(1e-12, (means[0, 1] - ((table[0].Plus(table[2]).Plus(table[9])).Over(3))).abs().max().Item<double>());
        Assert.IsLessThan(1e-12, (means[0, 5] - ((table[10].Plus(table[7]).Plus(table[0])).Over(3))).abs().max().Item<double>());
        Assert.IsLessThan(1e-12, (means[0, 2] - means[0, 5]).abs().max().Item<double>());
    }
}
