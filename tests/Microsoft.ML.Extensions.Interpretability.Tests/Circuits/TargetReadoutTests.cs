using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class TargetReadoutTests
{
    // Two rows of 3 and 2 tokens, 3 outputs.
    private static readonly double[] Logits =
    [
        1, 2, 4, 0, 0, 0, 3, 1, 0,
        5, 1, 2, 0, 2, 1, 9, 9, 9,
    ];

    [TestMethod]
    public void Values_AreMeansOfLogits_OfTheDifferenceWhereOneIsSubtracted()
    {
        using var scope = NewDisposeScope();
        var readout = Readout(CircuitMetric.Logit, [new(0, 2), new(2, 0, 1)], [new(1, 1)]);
        Assert.AreEqual(HookKind.Logits, readout.Point.Kind);
        // (4 + (3 - 1)) / 2, and 2.
        CollectionAssert.AreEqual(new double[] { 3, 2 }, readout.Values(All()).data<double>().ToArray());
    }

    [TestMethod]
    public void Values_OfProbabilities_AreTheirLogarithms_AndDifferencesThoseOfLogits()
    {
        using var scope = NewDisposeScope();
        var readout = Readout(CircuitMetric.LogProbability, [new(1, 0)], [new(1, 1, 0)]);
        var values = readout.Values(All()).data<double>().ToArray();
        Assert.AreEqual(-Math.Log(3), values[0], 1e-12);
        Assert.AreEqual(2, values[1], 1e-12);
    }

    [TestMethod]
    public void TargetsAtLastTokensOnly_AreReadOffThose_WithTheSameValues()
    {
        using var scope = NewDisposeScope();
        var readout = Readout(CircuitMetric.LogProbability, [new(2, 0)], [new(1, 1)]);
        Assert.AreEqual(HookKind.LastLogits, readout.Point.Kind);
        var last = tensor(new double[] { 3, 1, 0, 0, 2, 1 }).view(2, 3);
        var values = readout.Values(last).data<double>().ToArray();
        Assert.AreEqual(3 - Math.Log(Math.Exp(3) + Math.Exp(1) + 1), values[0], 1e-12);
        Assert.AreEqual(2 - Math.Log(1 + Math.Exp(2) + Math.E), values[1], 1e-12);
    }

    [TestMethod]
    public void Divergence_IsKullbackLeibler_OrTheSquareOfTheLogitsChange()
    {
        using var scope = NewDisposeScope();
        var before = All();
        var after = before.clone();
        after[0, 1, 0] = tensor(1.0);
        var probabilities = Readout(CircuitMetric.LogProbability, [new(1, 2)], [new(0, 0)]).Divergence(after, before).data<double>()
            .ToArray();
        // Old 1/3 each; new e, 1, 1 over e + 2.
        Assert.AreEqual(Math.Log((Math.E + 2) / 3) - (1.0 / 3), probabilities[0], 1e-12);
        Assert.AreEqual(0, probabilities[1], 1e-12);
        var logits = Readout(CircuitMetric.Logit, [new(1, 1, 0), new(0, 0)], [new(0, 0)]).Divergence(after, before).data<double>()
            .ToArray();
        CollectionAssert.AreEqual(new[] { 0.5, 0 }, logits);
    }

    [TestMethod]
    public void OutputThatTheModelDoesNotHave_AndNoTargetAtAll_AreErrors()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Readout(CircuitMetric.Logit, [new(0, 3)], [])).Message, "outputs 0 to 2");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Readout(CircuitMetric.Logit, [new(0, 0, -1)], [])).Message, "Row 0");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Readout(CircuitMetric.Logit, [], [])).Message, "No example has a target");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new CircuitExample([1, 2], true, [new(2, 0)])).Message, "tokens 0 to 1");
    }

    private static TargetReadout Readout(CircuitMetric metric, CircuitTarget[] first, CircuitTarget[] second)
    {
        CircuitExample[] examples = [new([0, 0, 0], true, first), new([0, 0], true, second)];
        return new TargetReadout(examples, new TokenBatch(examples.Select(example => example.Tokens)), metric, 3);
    }

    private static Tensor All() => tensor(Logits).view(2, 3, 3);
}
