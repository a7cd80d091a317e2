using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Tasks;

/// <summary>Several looks at a row are averaged in what they activate to.</summary>
[TestClass]
public sealed class TaskHeadTests
{
    [TestMethod]
    public void Classes_AreAveragedInTheirProbabilities_NotInTheirLogits()
    {
        using var scope = NewDisposeScope();
        var head = new MulticlassHead(new HeadDescription("Multiclass", 3));
        var looks = tensor(new float[,] { { 5, 0, 0 }, { 0, 1, 0 } });
        var mean = head.Activate(head.FromMeans(head.ToMeans(looks).mean([0], keepdim: true)));
        AssertClose(looks.softmax(-1).mean([0]), mean);
        Assert.IsGreaterThan(0.1, (mean - looks.mean([0]).softmax(-1)).abs().max().Item<float>());
    }

    [TestMethod]
    public void YesAndNo_AreAveragedInTheirProbability_AndKeepItNearOne()
    {
        using var scope = NewDisposeScope();
        var head = new BinaryHead(new HeadDescription("Binary", 1));
        var looks = tensor(new float[,] { { 2 }, { -1 } });
        AssertClose(looks.sigmoid().mean([0]), head.FromMeans(head.ToMeans(looks).mean([0], keepdim: true)).sigmoid());
        AssertClose(tensor(new float[] { 60 }), head.FromMeans(head.ToMeans(tensor(new float[,] { { 60 } }))));
        AssertClose(tensor(new float[] { -60 }), head.FromMeans(head.ToMeans(tensor(new float[,] { { -60 } }))));
    }

    [TestMethod]
    public void Numbers_AreAveragedAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var head = new RegressionHead(new HeadDescription("Regression", 1, Mean: 3, Scale: 2));
        AssertClose(tensor(new float[] { 1 }), head.FromMeans(head.ToMeans(tensor(new float[,] { { -1 }, { 3 } })).mean([0], keepdim: true)));
    }

    [TestMethod]
    public void LossOfTheMean_IsMinusTheLogarithmOfItsProbability()
    {
        using var scope = NewDisposeScope();
        var head = new MulticlassHead(new HeadDescription("Multiclass", 2));
        var looks = tensor(new float[,] { { 1, 0 }, { 0, 3 } });
        var loss = head.Loss(head.FromMeans(head.ToMeans(looks).mean([0], keepdim: true)), tensor(new float[] { 1 }), labelSmoothing: 0);
        AssertClose(looks.softmax(-1).mean([0])[1].log().neg().view(1), loss);
    }

    [TestMethod]
    public void SmoothedLabels_SpreadOverAllClasses()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[,] { { 1, 0, -2 } });
        var losses = logits.log_softmax(-1).neg();
        AssertClose(
            losses[0][1].Scaled(0.7).view(1).Plus(losses.mean().Scaled(0.3)),
            new MulticlassHead(new HeadDescription("Multiclass", 3)).Loss(logits, tensor(new float[] { 1 }), labelSmoothing: 0.3));
        var (yes, no) = (tensor(new float[] { -2 }).sigmoid().log().neg(), tensor(new float[] { 2 }).sigmoid().log().neg());
        AssertClose(
            yes.Scaled(0.85).Plus(no.Scaled(0.15)),
            new BinaryHead(new HeadDescription("Binary", 1)).Loss(tensor(new float[,] { { -2 } }), tensor(new float[] { 1 }), labelSmoothing: 0.3));
    }

    [TestMethod]
    public void QuantilesThatCross_AreSorted_AndTheMeanStaysFirst()
    {
        using var scope = NewDisposeScope();
        var forecast = new ForecastDescription(2, 1, [1], new ForecastOptions { Quantiles = [0.1, 0.5, 0.9] });
        var head = new ForecastHead(new HeadDescription("Forecast", forecast.Outputs, Forecast: forecast));
        // The mean, then three quantiles, of two steps each.
        var outputs = tensor(new float[,] { { 9, -9, 3, 1, 2, 5, 1, 4 } });
        AssertClose(tensor(new float[] { 9, -9, 1, 1, 2, 4, 3, 5 }), head.Activate(outputs).view(-1));
    }

    [TestMethod]
    public void LossOfAForecast_IsTheSquareOfTheMeanAndThePinballLossOfTheQuantiles()
    {
        using var scope = NewDisposeScope();
        var forecast = new ForecastDescription(1, 1, [2], new ForecastOptions { Quantiles = [0.25, 0.75] });
        var head = new ForecastHead(new HeadDescription("Forecast", forecast.Outputs, Forecast: forecast));
        // Errors of 2, 4 and -2 in units of 2: 1, then .25 of 2, then .25 of 1.
        var loss = head.Loss(tensor(new float[,] { { 8, 6, 12 } }), tensor(new float[,] { { 10 } }), labelSmoothing: 0);
        AssertClose(tensor(new float[] { 1 + 0.5f + 0.25f }), loss);
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void OutputsThatAreNoNumbers_GiveNothing(float output)
    {
        var forecast = new ForecastDescription(1, 2, [1, 1], new ForecastOptions());
        AssertRefused<uint>(new MulticlassHead(new HeadDescription("Multiclass", 2)), 0, [output, 1]);
        AssertRefused<VBuffer<float>>(new MulticlassHead(new HeadDescription("Multiclass", 2)), 1, [1, output]);
        AssertRefused<bool>(new BinaryHead(new HeadDescription("Binary", 1)), 0, [output]);
        AssertRefused<float>(new BinaryHead(new HeadDescription("Binary", 1)), 1, [output]);
        AssertRefused<float>(new BinaryHead(new HeadDescription("Binary", 1)), 2, [output]);
        AssertRefused<float>(new RegressionHead(new HeadDescription("Regression", 1)), 0, [output]);
        AssertRefused<VBuffer<float>>(new ForecastHead(new HeadDescription("Forecast", 2, Forecast: forecast)), 0, [1, output]);
        AssertRefused<ReadOnlyMemory<char>>(new SentenceHead(new HeadDescription("Sentence", 2)), 0, [output, 0]);
        AssertRefused<float>(new SentenceHead(new HeadDescription("Sentence", 2)), 1, [output, 0]);
    }

    [TestMethod]
    [DataRow(3, true)]
    [DataRow(1 << 22, false)]
    public void ForecastOfMoreNumbersThanAnybodyLooksAt_HasNoNames_AndTakesNoMemoryForThem(int horizon, bool named)
    {
        var forecast = new ForecastDescription(horizon, 2, [1, 1], new ForecastOptions { Quantiles = [0.5] });
        var head = new ForecastHead(new HeadDescription("Forecast", forecast.Outputs, Forecast: forecast));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var columns = head.Columns(new OutputColumnNames("Score", "PredictedLabel", "Probability"));
        Assert.IsLessThan(1_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
        foreach (var column in columns)
        {
            Assert.AreEqual(named, column.Annotations.Schema.GetColumnOrNull("SlotNames") is not null);
        }
    }

    private static void AssertRefused<T>(TaskHead head, int column, float[] outputs)
    {
        T value = default!;
        var getter = (ValueGetter<T>)head.Getters(() => outputs, () => "Column 'X', row 7")[column];
        var e = Assert.ThrowsExactly<InvalidDataException>(() => getter(ref value));
        StringAssert.Contains(e.Message, "Column 'X', row 7: the network gives");
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Closeness.AssertClose(expected.to_type(ScalarType.Float64).data<double>().ToArray(), actual.data<float>().ToArray(), Tolerance.Single, "outputs");
}
