using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class TrainingPlanTests
{
    [TestMethod]
    [DataRow(1L, 8, 200)]
    [DataRow(40L, 8, 200)]
    [DataRow(400L, 20, 100)]
    [DataRow(1_000_000L, 64, 10)]
    public void Zero_ChoosesByTheNumberOfRows(long rows, int batchSize, int epochs)
    {
        var plan = TrainingPlan.For(new TrainingOptions { ValidationFraction = 0 }, rows, hasValidationData: false);
        Assert.AreEqual((batchSize, epochs), (plan.BatchSize, plan.Epochs));
    }

    [TestMethod]
    public void WhatTheUserSays_Stays()
    {
        var plan = TrainingPlan.For(new TrainingOptions { Epochs = 7, BatchSize = 13, ValidationFraction = 0.4 }, 10, hasValidationData: false);
        Assert.AreEqual(new TrainingPlan(7, 13, 0.4), plan);
    }

    [TestMethod]
    [DataRow(1999L, 0)]
    [DataRow(2000L, 0.1)]
    public void SmallData_KeepEveryRowForTraining(long rows, double fraction) =>
        Assert.AreEqual(fraction, TrainingPlan.For(new TrainingOptions(), rows, hasValidationData: false).ValidationFraction);

    [TestMethod]
    public void ValidationDataOfTheUsersOwn_KeepEveryRowForTraining() =>
        Assert.AreEqual(0, TrainingPlan.For(new TrainingOptions { ValidationFraction = 0.5 }, 10_000, hasValidationData: true).ValidationFraction);
}
