using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.RandomConvolution;

[TestClass]
public sealed class LeaveOneOutRidgeTests
{
    private const int Outputs = 2;

    // Fewer rows than features, and more.
    [TestMethod]
    [DataRow(12, 30)]
    [DataRow(30, 12)]
    [DataRow(300, 5)]
    [DataRow(5, 300)]
    public void LeftOut_IsWhatAsManyFitsWithoutTheRowSay(int rows, int features)
    {
        using var scope = NewDisposeScope();
        var (values, targets, weights) = Data(rows, features);
        var centred = Centred(values, weights, features);
        using var ridge = new LeaveOneOutRidge(centred.ToAligned(rows, features), targets, weights, () => { });
        var penalty = 0.07;
        var fit = ridge.Fit(penalty)!;
        // In the units of the matrix, which are those of all rows.
        var unit = Enumerable.Range(0, rows * features).Sum(i => weights[i / features] * centred[i] * centred[i]) / weights.Sum();
        for (var left = 0; left < Math.Min(rows, 20); left++)
        {
            int[] others = [.. Enumerable.Range(0, rows).Where(row => row != left)];
            var expected = Brute(centred, targets, weights, features, others, penalty * unit, left);
            for (var k = 0; k < Outputs; k++)
            {
                Assert.AreEqual(expected[k], fit.LeftOut[(left * Outputs) + k], 1e-6, $"row {left}");
            }
        }
    }

    [TestMethod]
    [DataRow(12, 30)]
    [DataRow(30, 12)]
    public void Weights_AreThoseOfTheWholeSystem(int rows, int features)
    {
        using var scope = NewDisposeScope();
        var (values, targets, weights) = Data(rows, features);
        var centred = Centred(values, weights, features);
        using var ridge = new LeaveOneOutRidge(centred.ToAligned(rows, features), targets, weights, () => { });
        var (solved, offset) = ridge.Weights(ridge.Fit(0.07)!);
        var unit = Enumerable.Range(0, rows * features).Sum(i => weights[i / features] * centred[i] * centred[i]) / weights.Sum();
        for (var row = 0; row < rows; row++)
        {
            var expected = Brute(centred, targets, weights, features, [.. Enumerable.Range(0, rows)], 0.07 * unit, row);
            for (var k = 0; k < Outputs; k++)
            {
                var output = offset[k] + Enumerable.Range(0, features).Sum(f => centred[(row * features) + f] * solved[(f * Outputs) + k]);
                Assert.AreEqual(expected[k], output, 1e-6);
            }
        }
    }

    [TestMethod]
    public void InfinitePenalty_LeavesTheMeanOfTheOthers()
    {
        using var scope = NewDisposeScope();
        using var ridge = new LeaveOneOutRidge(new[] { -1f, 0, 1 }.ToAligned(3, 1), [1, 2, 6], [1, 1, 2], () => { });
        var fit = ridge.Fit(double.PositiveInfinity)!;
        CollectionAssert.AreEqual(new[] { 14.0 / 3, 13.0 / 3, 1.5 }, fit.LeftOut);
        var (weights, offset) = ridge.Weights(fit);
        CollectionAssert.AreEqual(new[] { 0.0 }, weights);
        CollectionAssert.AreEqual(new[] { 3.75 }, offset);
    }

    // One row has no others; features that are all constant tell nothing.
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void RowsThatTellNothing_GetTheMean(int rows)
    {
        using var scope = NewDisposeScope();
        double[] targets = [.. Enumerable.Repeat(2.5, rows)];
        using var ridge = new LeaveOneOutRidge(
            new float[rows * 4].ToAligned(rows, 4), targets, [.. Enumerable.Repeat(1.0, rows)], () => { });
        foreach (var penalty in new[] { 1e-6, 1, double.PositiveInfinity })
        {
            var fit = ridge.Fit(penalty)!;
            CollectionAssert.AreEqual(targets, fit.LeftOut);
            Assert.IsTrue(ridge.Weights(fit).Weights.All(weight => weight == 0));
        }
    }

    [TestMethod]
    [DataRow(600, 700)]
    [DataRow(700, 600)]
    public void Solving_StopsWhenCancelled_WithoutTensors(int rows, int features)
    {
        var (values, targets, weights) = Data(rows, features);
        Stops.AssertAtEach(Solve, every: 5, least: 11);

        void Solve(Action checkAlive)
        {
            using var scope = NewDisposeScope();
            using var ridge = new LeaveOneOutRidge(values.ToAligned(rows, features), targets, weights, checkAlive);
            ridge.Fit(0.1);
        }
    }

    // The normal equations with a constant, in double precision.
    private static double[] Brute(float[] values, double[] targets, double[] weights, int features, int[] rows, double ridge, int asked)
    {
        using var scope = NewDisposeScope();
        var inputs = rows.SelectMany(row => values.Skip(row * features).Take(features).Select(value => (double)value).Append(1)).ToArray()
            .ToAligned(rows.Length, features + 1);
        var outputs = rows.SelectMany(row => targets.Skip(row * Outputs).Take(Outputs)).ToArray().ToAligned(rows.Length, Outputs);
        var scale = rows.Select(row => weights[row]).ToArray().ToAligned(rows.Length, 1);
        var penalty = Enumerable.Repeat(ridge, features).Append(0).ToArray().ToAligned(features + 1);
        var solution = linalg.solve(inputs.t().mm(inputs * scale).Plus(diag(penalty)), inputs.t().mm(outputs * scale));
        var own = values.Skip(asked * features).Take(features).Select(value => (double)value).Append(1).ToArray()
            .ToAligned(1, features + 1);
        return own.mm(solution).AsDoubles().ToArray();
    }

    private static (float[] Values, double[] Targets, double[] Weights) Data(int rows, int features)
    {
        var random = new Random(rows);
        return (
            [.. Enumerable.Range(0, rows * features).Select(_ => (float)(random.NextDouble() - 0.5))],
            [.. Enumerable.Range(0, rows * Outputs).Select(_ => random.NextDouble())],
            [.. Enumerable.Range(0, rows).Select(row => 0.5 + (row % 3))]);
    }

    private static float[] Centred(float[] values, double[] weights, int features)
    {
        var means = new double[features];
        for (var i = 0; i < values.Length; i++)
        {
            means[i % features] += weights[i / features] * values[i] / weights.Sum();
        }
        return [.. values.Select((value, i) => (float)(value - means[i % features]))];
    }
}
