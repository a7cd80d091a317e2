using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class TrainingPlanTests
{
    [TestMethod]
    [DataRow(1L, 8)]
    [DataRow(40L, 8)]
    [DataRow(400L, 20)]
    [DataRow(1_000_000L, 64)]
    public void BatchSize_GrowsWithTheRows(long rows, int batchSize) =>
        Assert.AreEqual(batchSize, Plan(rows).BatchSize);

    [TestMethod]
    [DataRow(40L, 8)]
    [DataRow(400L, 40)]
    [DataRow(1_000_000L, 128)]
    public void ATrainerMayChooseLargerBatches(long rows, int batchSize) => Assert.AreEqual(
        batchSize, TrainingPlan.For(new TrainingOptions(), members: 0, rows, stepsPerEpoch: 10, largestBatch: 128).BatchSize);

    [TestMethod]
    public void Epochs_FallWithTheRows_ToAtLeastTen()
    {
        var epochs = new long[] { 1, 100, 1000, 10_000, 1_000_000 }.Select(rows => Plan(rows).Epochs).ToArray();
        CollectionAssert.AreEqual(epochs.OrderDescending().ToArray(), epochs);
        Assert.IsGreaterThan(epochs[^1], epochs[0]);
        Assert.AreEqual(10, epochs[^1]);
    }

    [TestMethod]
    public void WhatTheUserSays_Stays()
    {
        var options = new TrainingOptions { Epochs = 7, BatchSize = 13, ValidationFraction = 0.4 };
        Assert.AreEqual(new TrainingPlan(7, 13, 3), TrainingPlan.For(options, members: 3, rows: 10));
        Assert.AreEqual(0.4, TrainingPlan.ValidationFraction(options, rows: 10));
    }

    [TestMethod]
    [DataRow(499L, 5)]
    [DataRow(500L, 1)]
    public void FewRows_GetAnEnsemble(long rows, int members) => Assert.AreEqual(members, Plan(rows).EnsembleSize);

    [TestMethod]
    [DataRow(1999L, 0)]
    [DataRow(2000L, 0.1)]
    public void SmallData_KeepEveryRowForTraining(long rows, double fraction) =>
        Assert.AreEqual(fraction, TrainingPlan.ValidationFraction(new TrainingOptions(), rows));

    private static TrainingPlan Plan(long rows) => TrainingPlan.For(new TrainingOptions(), members: 0, rows);
}
