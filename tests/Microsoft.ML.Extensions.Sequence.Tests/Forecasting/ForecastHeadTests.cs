using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

[TestClass]
public sealed class ForecastHeadTests
{
    [TestMethod]
    public void QuantilesThatCross_AreSorted_AndTheMeanStaysFirst()
    {
        using var scope = NewDisposeScope();
        var forecast = new ForecastDescription(2, 1, [1], new ForecastOptions { Quantiles = [0.1, 0.5, 0.9] });
        var head = new ForecastHead("Forecast", forecast);
        // The mean, then three quantiles, of two steps each.
        var outputs = tensor(new float[,] { { 9, -9, 3, 1, 2, 5, 1, 4 } });
        AssertClose(tensor(new float[] { 9, -9, 1, 1, 2, 4, 3, 5 }), head.Activate(outputs).view(-1));
    }

    [TestMethod]
    public void LossOfAForecast_IsTheSquareOfTheMeanAndThePinballLossOfTheQuantiles()
    {
        using var scope = NewDisposeScope();
        var forecast = new ForecastDescription(1, 1, [2], new ForecastOptions { Quantiles = [0.25, 0.75] });
        var head = new ForecastHead("Forecast", forecast);
        // Errors of 2, 4 and -2 in units of 2: 1, then .25 of 2, then .25 of 1.
        var loss = head.Loss(tensor(new float[,] { { 8, 6, 12 } }), tensor(new float[,] { { 10 } }), labelSmoothing: 0);
        AssertClose(tensor(new float[] { 1 + 0.5f + 0.25f }), loss);
    }

    // The first value is missing: the loss is a half of that of the second alone, and the gradient is of the second alone.
    [TestMethod]
    public void MissingValue_HasNoLossAndNoGradient()
    {
        using var scope = NewDisposeScope();
        var head = new ForecastHead("Forecast", new ForecastDescription(2, 1, [2], new ForecastOptions { Quantiles = [0.25] }));
        var outputs = tensor(new float[,] { { 8, 6, 12, 8 } }, requires_grad: true);
        var loss = head.Loss(outputs, tensor(new[,] { { float.NaN, 10 } }), labelSmoothing: 0);
        AssertClose(tensor(new[] { (4 / 2f) + (0.25f / 2) }), loss);
        loss.sum().backward();
        AssertClose(tensor(new[] { 0, -2 / 2f, 0, -0.25f / 2 / 2 }), outputs.grad!.view(-1));
    }

    [TestMethod]
    [DataRow(3, true)]
    [DataRow(1 << 22, false)]
    public void ForecastOfMoreNumbersThanAnyoneReads_HasNoNames_AndTakesNoMemoryForThem(int horizon, bool named)
    {
        var forecast = new ForecastDescription(horizon, 2, [1, 1], new ForecastOptions { Quantiles = [0.5] });
        var head = new ForecastHead("Forecast", forecast);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var columns = head.Columns(new OutputColumnNames("Score", "PredictedLabel", "Probability"));
        Assert.IsLessThan(1_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
        foreach (var column in columns)
        {
            Assert.AreEqual(named, column.Annotations.Schema.GetColumnOrNull("SlotNames") is not null);
        }
    }

    [TestMethod]
    public void Forecasts_AreAveragedAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var head = new ForecastHead("Forecast", new ForecastDescription(2, 1, [1], new ForecastOptions { Quantiles = [0.5] }));
        AssertClose(tensor(new float[] { 3, 5, 7, 5 }),
            head.Mean([tensor(new float[,] { { 1, 2, 3, 4 } }), tensor(new float[,] { { 5, 8, 11, 6 } })]).view(-1));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void OutputsThatAreNoNumbers_GiveNothing(float output)
    {
        VBuffer<float> value = default;
        float[] outputs = [1, output];
        var head = new ForecastHead("Forecast", new ForecastDescription(1, 2, [1, 1], new ForecastOptions()));
        var getter = (ValueGetter<VBuffer<float>>)head.Getters(() => outputs, () => "Column 'X', row 7")[0];
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => getter(ref value)).Message, "Column 'X', row 7: the network's output is");
    }

    [TestMethod]
    public void Description_IsThatOfTheFile()
    {
        var forecast = new ForecastDescription(2, 1, [3], new ForecastOptions { Quantiles = [0.25] }, ["a", "b"]);
        var description = new ForecastHead("Forecast", forecast).Description;
        Assert.AreEqual(("Forecast", 4), (description.Task, description.Outputs));
        var restored = ((ForecastHead)ForecastTask.Instance.Restore(description)).Description;
        Assert.AreEqual($"{description.Details}", $"{restored.Details}");
        StringAssert.Contains(Refusal(description with { Outputs = 3 }), "it has 3 outputs, and the forecast 4");
        StringAssert.Contains(Refusal(description with { Details = null }), "it has no details");
    }

    private static string Refusal(HeadDescription description) =>
        Assert.ThrowsExactly<FormatException>(() => ForecastTask.Instance.Restore(description)).Message;

    private static void AssertClose(Tensor expected, Tensor actual) => Tensors.AssertClose(expected, actual, Tolerance.Single);
}
