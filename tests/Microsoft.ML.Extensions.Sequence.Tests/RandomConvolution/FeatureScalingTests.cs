using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.RandomConvolution;

[TestClass]
public sealed class FeatureScalingTests
{
    [TestMethod]
    public void ScaledFeatures_HaveTheWeightedMean0_AndTheDeviationBesideTheFloor()
    {
        using var scope = NewDisposeScope();
        double[] weights = [1, 1, 2];
        var features = new[] { 0f, 0.5f, 0.25f, 1, 0.5f, 0.25f, 0.5f, 0.5f, 0.26f }.ToAligned(3, 3);
        FeatureScaling.Of(features, weights, () => { });
        var scaled = features.AsSpan().ToArray();
        var expected = new[] { Math.Sqrt(0.125 / (0.125 + 0.0025)), 0, Math.Sqrt(0.000025 / (0.000025 + 0.0025)) };
        for (var feature = 0; feature < 3; feature++)
        {
            double[] column = [scaled[feature], scaled[3 + feature], scaled[6 + feature]];
            Assert.AreEqual(0, column.Zip(weights, (value, weight) => value * weight).Sum(), 1e-6);
            Assert.AreEqual(expected[feature], Math.Sqrt(column.Zip(weights, (value, weight) => value * value * weight).Sum() / 4), 1e-5);
        }
    }

    [TestMethod]
    public void FoldedWeights_SayOfPlainFeatures_WhatTheirsSayOfScaledOnes()
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        float[] plain = [.. Enumerable.Range(0, 5 * 300).Select(_ => (float)random.NextDouble())];
        var features = plain.ToAligned(5, 300);
        var scaling = FeatureScaling.Of(features, [1, 2, 1, 3, 1], () => { });
        double[] weights = [.. Enumerable.Range(0, 600).Select(_ => random.NextDouble())], offset = [0.3, -0.7];
        var expected = Outputs(features.AsSpan().ToArray(), weights, offset);
        scaling.Fold(weights, offset);
        var actual = Outputs(plain, weights, offset);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-3);
        }
    }

    private static double[] Outputs(float[] features, double[] weights, double[] offset) =>
        [.. Enumerable.Range(0, 10)
            .Select(i => offset[i % 2] + Enumerable.Range(0, 300).Sum(f => features[(i / 2 * 300) + f] * weights[(2 * f) + (i % 2)]))];
}
