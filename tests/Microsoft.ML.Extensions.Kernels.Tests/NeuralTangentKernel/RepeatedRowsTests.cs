using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

/// <summary>Where rows repeat, what is true of a row left out is known from its copies: probabilities are frequencies.</summary>
[TestClass]
public sealed class RepeatedRowsTests
{
    private readonly MLContext _ml = new(TrainedSeed.From(1));

    [TestMethod, Trained]
    public void OneColumnOfTwoValues_HasTheirFrequencies()
    {
        var rows = Enumerable.Range(0, 200).Select(i => Row([i % 2], (i % 2 == 0) ^ (i % 10 == 3))).ToArray();
        var probabilities = Probabilities(rows, [[0], [1]]);
        TrainedBound.Near(1.0, probabilities[0], 0.02, "probability beside the frequency");
        TrainedBound.Near(0.2, probabilities[1], 0.02, "probability beside the frequency");
    }

    [TestMethod, Trained]
    public void Classes_HaveTheirFrequencies()
    {
        // In each of two places three classes of four, of 60, 30 and 10 rows.
        var rows = Enumerable.Range(0, 200)
            .Select(i => Row([i % 2], true, "abcd"[(i % 2) + (i / 2 % 10 < 6 ? 0 : i / 2 % 10 < 9 ? 1 : 2)].ToString())).ToArray();
        var data = TableRow.View(_ml, rows);
        using var model = _ml.MulticlassClassification.Trainers.NeuralTangentKernel().Fit(data);
        var scores = model.Transform(data).GetColumn<float[]>("Score").Take(2).ToArray();
        double[][] expected = [[0.6, 0.3, 0.1, 0], [0, 0.6, 0.3, 0.1]];
        for (var place = 0; place < 2; place++)
        {
            for (var k = 0; k < 4; k++)
            {
                TrainedBound.Near(expected[place][k], scores[place][k], 0.03, "probability beside the frequency");
            }
        }
    }

    [TestMethod, Trained, DataRow(KernelSolver.Cholesky), DataRow(KernelSolver.ConjugateGradients)]
    public void CategoriesThatDoNotForetellEachOther_HaveTheirFrequencies(KernelSolver solver)
    {
        (int Yes, int All)[] counts = [(58, 60), (50, 64), (36, 80), (22, 70), (50, 55), (12, 90)];
        var rows = counts.SelectMany((count, i) => Enumerable.Range(0, count.All).Select(row => Row(Place(i), row < count.Yes))).ToArray();
        var probabilities = Probabilities(rows, [.. Enumerable.Range(0, 6).Select(Place)], o => o.Solver = solver);
        for (var i = 0; i < 6; i++)
        {
            TrainedBound.Near((double)counts[i].Yes / counts[i].All, probabilities[i], 0.05, "probability beside the frequency");
        }

        static float[] Place(int i) => [i / 3, i % 3 == 0 ? 1 : 0, i % 3 == 1 ? 1 : 0, i % 3 == 2 ? 1 : 0];
    }

    [TestMethod, Trained]
    public void SomeRowsRepeat_AndSomeDoNot_BothHaveTheirShares()
    {
        // The number is 0 in half of the rows, and means nothing in the others.
        var random = new Random(TrainedSeed.From(2));
        double[] shares = [0.9, 0.2, 0.6];
        var rows = Enumerable.Range(0, 600).Select(i =>
            Row([i % 3 == 0 ? 1 : 0, i % 3 == 1 ? 1 : 0, i % 2 == 0 ? 0 : random.NextSingle()], random.NextDouble() < shares[i % 3]))
                .ToArray();
        var probabilities = Probabilities(rows, [[1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 0.5f], [0, 1, 0.5f], [0, 0, 0.5f]]);
        for (var i = 0; i < 6; i++)
        {
            TrainedBound.Near(shares[i % 3], probabilities[i], 0.15, "probability beside the share drawn from");
        }
    }

    [TestMethod, Trained]
    public void Numbers_AreTheMeansOfTheirRows()
    {
        var random = new Random(TrainedSeed.From(1));
        float[] means = [4, 0, 9, 2, 7, 1, 8, 3, 6, 5];
        var rows = Enumerable.Range(0, 400).Select(i =>
        {
            var row = Row([i % 10], true);
            row.Number = means[i % 10] + (2 * random.NextSingle()) - 1;
            return row;
        }).ToArray();
        using var model = _ml.Regression.Trainers.NeuralTangentKernel("Number").Fit(TableRow.View(_ml, rows));
        var scores = model.Transform(TableRow.View(_ml, rows)).GetColumn<float>("Score").Take(10).ToArray();
        for (var i = 0; i < 10; i++)
        {
            TrainedBound.Near(means[i], scores[i], 0.5, "score beside the mean");
        }
    }

    [TestMethod, Trained]
    public void WeightedRows_HaveTheProbabilitiesOfTheirWeights_WhateverTheirUnit()
    {
        // Half of the rows are yes, and weigh three times as much.
        var rows = Enumerable.Range(0, 200).Select(i => Weighted([i % 2], i / 2 % 2 == 0, i / 2 % 2 == 0 ? 3 : 1)).ToArray();
        var probabilities = Probabilities(rows, [[0], [1]], o => o.ExampleWeightColumnName = "Weight");
        Array.ForEach(rows, row => row.Weight *= 64);
        var scaled = Probabilities(rows, [[0], [1]], o => o.ExampleWeightColumnName = "Weight");
        for (var i = 0; i < 2; i++)
        {
            TrainedBound.Near(0.75, probabilities[i], 0.02, "probability beside the weights'");
            TrainedBound.Near(probabilities[i], scaled[i], 1e-5, "difference by the unit");
        }

        static TableRow Weighted(float[] features, bool flag, float weight)
        {
            var row = Row(features, flag);
            row.Weight = weight;
            return row;
        }
    }

    private static TableRow Row(float[] features, bool flag, string name = "a") => new() { Features = features, Flag = flag, Class = name };

    private float[] Probabilities(TableRow[] train, float[][] places, Action<NeuralTangentKernelOptions>? change = null)
    {
        var options = new NeuralTangentKernelOptions { LabelColumnName = "Flag", Seed = TrainedSeed.From(1) };
        change?.Invoke(options);
        using var model = _ml.BinaryClassification.Trainers.NeuralTangentKernel(options).Fit(TableRow.View(_ml, train));
        return [.. model.Transform(TableRow.View(_ml, [.. places.Select(place => Row(place, false))])).GetColumn<float>("Probability")];
    }
}
