using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

[TestClass]
public sealed class ForecastNetworkTests
{
    [TestMethod]
    [DataRow(true, 0.1)]
    [DataRow(false, 1)]
    public void Correction_SaysWhatDecaysAndHowFastItLearns_AndIsSlowBesideALinearModelThatIsSolved(bool linear, double rate)
    {
        using var scope = NewDisposeScope();
        var options = new ForecastOptions { Linear = linear, PatchLength = 1, Distribution = ForecastDistribution.Normal };
        var forecast = new ForecastDescription(2, 1, [1], options);
        using var network = new ForecastNetwork(
            forecast, new InputColumn("X", InputKind.Sequence, 1, 4, 0), (input, outputs) => new Corrector(input.Channels, outputs));
        var rules = ParameterRule.Of(network).ToDictionary(rule => rule.Name);
        (string, double, bool)[] expected = [("correction.slow", 0.5, false), ("correction.matrix", 1, true), ("gate", 1, false), ("shape", 1 / rate, false)];
        foreach (var (name, factor, decays) in expected)
        {
            Assert.AreEqual(rate * factor, rules[name].RateFactor, 1e-12, name);
            Assert.AreEqual(decays, rules[name].Decays, name);
        }
    }

    [TestMethod]
    public void WhatTheCorrectionDoesNotSay_IsTakenAsOfAnyNetwork()
    {
        using var scope = NewDisposeScope();
        var forecast = new ForecastDescription(2, 1, [1], new ForecastOptions { PatchLength = 1 });
        using var network = new ForecastNetwork(
            forecast, new InputColumn("X", InputKind.Sequence, 1, 4, 0), (input, outputs) => new Corrector(input.Channels, outputs));
        Assert.AreEqual(0, IRowMemory.BytesOf(network, 100));
        IStandardized.Standardize(network, ChannelStatistics.Of([3], [2]));
        Assert.AreEqual(3f, network.state_dict()["center"].data<float>()[0]);
        StringAssert.Contains(IStreamable.Of(network).StreamingObstacle, "CreateForecastingEngine");
    }

    private sealed class Corrector : Network, IParameterRules
    {
        private readonly Parameter slow;
        private readonly Parameter matrix;

        public Corrector(long channels, long outputs)
            : base(nameof(Corrector))
        {
            (slow, matrix) = (new Parameter(zeros(2, 2)), new Parameter(zeros(channels, outputs)));
            RegisterComponents();
        }

        public bool Decays(string name, Parameter parameter) => name == nameof(matrix);

        public double RateFactor(string name) => name == nameof(slow) ? 0.5 : 1;

        public override Tensor forward(InputBatch batch) => batch.Values.select(1, 0).matmul(matrix).Plus(slow.sum());
    }
}
