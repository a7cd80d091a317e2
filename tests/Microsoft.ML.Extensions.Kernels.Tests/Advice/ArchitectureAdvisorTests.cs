using System.Xml.Linq;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;
using TorchSharp;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class ArchitectureAdvisorTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod]
    public void ShapeThatIsAskedAbout_IsJudgedByItsRatio()
    {
        // ReLU's r* for ten outputs is 0.016.
        Assert.AreEqual(ArchitectureVerdict.NearOptimal, Advise(o => (o.Depth, o.Width) = (4, 250)).Verdict);
        Assert.AreEqual(ArchitectureVerdict.TooWide, Advise(o => (o.Depth, o.Width) = (1, 500)).Verdict);

        var deep = Advise(o => (o.Depth, o.Width) = (20, 100));
        Assert.AreEqual(ArchitectureVerdict.TooDeep, deep.Verdict);
        Assert.AreEqual((0.2, 0.016), (deep.AspectRatio, Math.Round(deep.OptimalAspectRatio, 6)));
        Assert.AreEqual((1250, 2), (deep.SuggestedWidth, deep.SuggestedDepth));
        Assert.AreEqual(1, deep.RelativeDeviation, 1e-9);
        Assert.AreEqual(ArchitectureVerdict.NearOptimal,
            Advise(o => (o.Depth, o.Width, o.ResidualWeight) = (20, 100, deep.SuggestedResidualWeight!.Value)).Verdict);
    }

    [TestMethod]
    public void WhatIsNotSaid_IsSuitedToWhatIs()
    {
        Assert.AreEqual((8, 500), Shape(Advise(o => o.Depth = 8)));
        Assert.AreEqual((8, 500), Shape(Advise(o => o.Width = 500)));
        Assert.AreEqual((1, 3), Shape(Advise(o => o.Width = 3)));
    }

    [TestMethod]
    public void MeasuredNetwork_IsWithinThePredictedDeviation()
    {
        foreach (var kind in new[] { DeepActivation.Relu, DeepActivation.Tanh, DeepActivation.Gelu })
        {
            var advice = Advise(o =>
                (o.Activation, o.Depth, o.Width, o.Outputs, o.ResidualWeight) = (ActivationFunction.Of(kind), 6, 400, 400, 0.5));
            Assert.HasCount(7, advice.Layers);
            Assert.HasCount(7, advice.MeasuredKernels);
            for (var layer = 0; layer < 7; layer++)
            {
                Assert.AreEqual(
                    advice.Layers[layer].Kernel, advice.MeasuredKernels[layer],
                        4 * advice.Layers[layer].Kernel * (0.05 + advice.RelativeDeviation), $"{kind}, layer {layer + 1}");
            }
        }
    }

    [TestMethod]
    public void ActivationWithoutACriticalPoint_IsAnAnswer()
    {
        var advice = Advise(o => (o.Activation, o.Depth, o.Width) = (ActivationFunction.Of(DeepActivation.Sigmoid), 10, 50));

        Assert.AreEqual(ArchitectureVerdict.NoCriticalPoint, advice.Verdict);
        Assert.AreEqual((null, null, null), (advice.SuggestedWidth, advice.SuggestedDepth, advice.SuggestedResidualWeight));
        StringAssert.Contains(advice.ToString(), "No critical initialisation: ");
        Assert.HasCount(11, advice.Layers);
        XDocument.Parse(advice.ToSvg());
        Assert.AreEqual((new DeepNetworkOptions().Depth, 7), Shape(Advise(o => (o.Activation, o.Width) = (advice.Critical.Activation, 7))));
    }

    [TestMethod]
    public void AnyFunction_IsAdvisedOn()
    {
        var advice = Advise(o =>
            (o.Activation, o.Depth) = (ActivationFunction.FromDelegate("softsign <of> mine", z => z / (1 + Math.Abs(z))), 5));

        Assert.AreEqual(UniversalityClass.ZeroFixedPoint, advice.Critical.Class);
        StringAssert.Contains(advice.ToString(), "softsign <of> mine");
        StringAssert.Contains(XDocument.Parse(advice.ToSvg()).Root!.Value, "softsign <of> mine");
    }

    [TestMethod]
    public void Chart_HasALineOfEachPrediction_AndADotOfEachMeasurement()
    {
        var svg = XDocument.Parse(Advise(o => (o.Depth, o.Width) = (9, 30)).ToSvg());
        int Count(string name) => svg.Descendants().Count(element => element.Name.LocalName == name);
        Assert.AreEqual((3, 10), (Count("polyline"), Count("circle")));
        var first = svg.Descendants().First(element => element.Name.LocalName == "polyline").Attribute("points")!.Value;
        Assert.HasCount(10, first.Split(' '));
    }

    [TestMethod, Trained]
    public void Data_GiveTheInputs_AndTheRowsOfTheMeasurement()
    {
        var random = new Random(TrainedSeed.From(1));
        var data = Rows(Enumerable.Range(0, 200).Select(_ => new[] { 1000 * (float)random.NextDouble(), (float)random.NextDouble(), 7 }),
            3);
        var advice = Ml.Model.AdviseArchitecture(new ArchitectureAdvisorOptions { Depth = 3, Width = 1000 }, data);

        Assert.AreEqual(3, advice.Inputs);
        // The constant number counts as none: the first layer has K = 2 all the same.
        Assert.AreEqual(2, advice.Layers[0].Kernel, 1e-12);
        // A third less if it counted.
        TrainedBound.Near(2, advice.MeasuredKernels[0], 0.55, "measured beside the exact kernel");
    }

    [TestMethod]
    public void LargeNetworks_AreNotMeasured() => Assert.IsEmpty(Advise(o => (o.Depth, o.Width) = (2, 65_536)).MeasuredKernels);

    [TestMethod]
    public void Advice_IsReproducible_AndLeavesNoTensorAlive()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var (first, second) = (Advise(o => o.Depth = 3), Advise(o => o.Depth = 3));
        CollectionAssert.AreEqual(first.MeasuredKernels.ToArray(), second.MeasuredKernels.ToArray());
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void OptionsOutOfRange_AreRefusedByNameAndBounds()
    {
        AssertRefused(o => o.Depth = 0, "Depth is 0; allowed is 1 to 10000");
        AssertRefused(o => o.Width = 0, "Width is 0; allowed is 1 to 65536");
        AssertRefused(o => o.Outputs = 0, "Outputs is 0; allowed is 1 to 1000000");
        AssertRefused(o => (o.Depth, o.ResidualWeight) = (1, 1), "ResidualWeight is 1; allowed is 0 to 0.9999");
        AssertRefused(_ => { }, "Depth and Width are both null");
        AssertRefused(o => (o.Depth, o.Inputs) = (2, 0), "Inputs is 0 and no data are given");
        AssertRefused(o => (o.Depth, o.Outputs) = (10_000, 1000), "which would make 10000 layers of", "Set both Depth and Width");
        AssertRefused(o => (o.Depth, o.Activation) = (2, null!), "Activation is empty");
    }

    [TestMethod]
    public void DataThatDoNotFit_AreRefused()
    {
        var options = new ArchitectureAdvisorOptions { Depth = 2, Inputs = 4 };
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Ml.Model.AdviseArchitecture(options, Rows([[1, 2, 3]], 3)))
                .Message, "Inputs is 4, and column 'Features' has 3");
        options.Inputs = 0;
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Ml.Model.AdviseArchitecture(options, Rows([], 3))).Message, "no rows");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Model.AdviseArchitecture(options, Rows([[1, 2, 3]], 0)));
        options.FeatureColumnName = "Nope";
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Model.AdviseArchitecture(options, Rows([[1, 2, 3]], 3)));
    }

    private static (int Depth, int Width) Shape(ArchitectureAdvice advice) => (advice.Depth, advice.Width);

    private static ArchitectureAdvice Advise(Action<ArchitectureAdvisorOptions> change)
    {
        var options = new ArchitectureAdvisorOptions { Inputs = 20, Outputs = 10 };
        change(options);
        return Ml.Model.AdviseArchitecture(options);
    }

    private static void AssertRefused(Action<ArchitectureAdvisorOptions> change, params string[] fragments)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Advise(change));
        Array.ForEach(fragments, fragment => StringAssert.Contains(error.Message, fragment));
    }

    private static IDataView Rows(IEnumerable<float[]> rows, int length)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
        return Ml.Data.LoadFromEnumerable(rows.Select(values => new Row { Features = values }).ToList(), schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
    }
}
