using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Tasks;

/// <summary>The outputs of several clips of a row are averaged after the activation.</summary>
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
        AssertClose(tensor(new float[] { 1 }),
            head.FromMeans(head.ToMeans(tensor(new float[,] { { -1 }, { 3 } })).mean([0], keepdim: true)));
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
            new BinaryHead(new HeadDescription("Binary", 1))
                .Loss(tensor(new float[,] { { -2 } }), tensor(new float[] { 1 }), labelSmoothing: 0.3));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void OutputsThatAreNoNumbers_GiveNothing(float output)
    {
        AssertRefused<uint>(new MulticlassHead(new HeadDescription("Multiclass", 2)), 0, [output, 1]);
        AssertRefused<VBuffer<float>>(new MulticlassHead(new HeadDescription("Multiclass", 2)), 1, [1, output]);
        AssertRefused<bool>(new BinaryHead(new HeadDescription("Binary", 1)), 0, [output]);
        AssertRefused<float>(new BinaryHead(new HeadDescription("Binary", 1)), 1, [output]);
        AssertRefused<float>(new BinaryHead(new HeadDescription("Binary", 1)), 2, [output]);
        AssertRefused<float>(new RegressionHead(new HeadDescription("Regression", 1)), 0, [output]);
    }

    [TestMethod]
    public void LeastSquares_AreOfAnIndicator_ASign_OrTheStandardisedNumber()
    {
        CollectionAssert.AreEqual(new double[] { 0, 0, 1 }, Targets(new MulticlassHead(new HeadDescription("Multiclass", 3)), 2));
        CollectionAssert.AreEqual(new double[] { 1 }, Targets(new BinaryHead(new HeadDescription("Binary", 1)), 1));
        CollectionAssert.AreEqual(new double[] { -1 }, Targets(new BinaryHead(new HeadDescription("Binary", 1)), 0));
        CollectionAssert.AreEqual(
            new double[] { -2 }, Targets(new RegressionHead(new HeadDescription("Regression", 1, Mean: 7, Scale: 2)), 3));
    }

    [TestMethod]
    public void DetailsOfAnotherTask_AreRefused()
    {
        var description = new HeadDescription("Binary", 1, Details: JsonSerializer.SerializeToElement(new { Horizon = 1 }));
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => BinaryTask.Instance.Restore(description))
                .Message, "it has details of another task");
    }

    private static double[] Targets(TaskHead head, float label)
    {
        // The previous values are those of another row.
        double[] targets = [.. Enumerable.Repeat(9.0, head.Outputs)];
        head.SetTargets([label], targets);
        return targets;
    }

    private static void AssertRefused<T>(TaskHead head, int column, float[] outputs)
    {
        T value = default!;
        var getter = (ValueGetter<T>)head.Getters(() => outputs, () => "Column 'X', row 7")[column];
        var e = Assert.ThrowsExactly<InvalidDataException>(() => getter(ref value));
        StringAssert.Contains(e.Message, "Column 'X', row 7: the network's output is");
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Closeness.AssertClose(
            expected.to_type(ScalarType.Float64).data<double>().ToArray(), actual.data<float>().ToArray(), Tolerance.Single, "outputs");
}
