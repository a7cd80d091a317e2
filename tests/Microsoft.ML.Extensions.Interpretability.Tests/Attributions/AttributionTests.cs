using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Attributions;

[TestClass]
public sealed class AttributionTests
{
    // The means of the two channels of all eight steps.
    private const float Mean0 = 10.5f / 8;
    private const float Mean1 = 4f / 8;

    [TestMethod]
    [DataRow(AttributionMethod.Occlusion)]
    [DataRow(AttributionMethod.IntegratedGradients)]
    public void LinearModel_IsItsWeightsTimesTheDistanceToTheMean(AttributionMethod method)
    {
        // In the label's unit, the second channel of the second step counts 2 * 3.
        using var model = PlantedModel.Of(PlantedModel.Numbers, values => SecondStep(values).Scaled(3));
        var (attributions, changes) = PlantedModel.Explain(model, PlantedModel.Rows, new() { Method = method });
        for (var row = 0; row < 2; row++)
        {
            var values = PlantedModel.Rows[row].Features;
            Assert.HasCount(values.Length, attributions[row]);
            for (var place = 0; place < values.Length; place++)
            {
                Assert.AreEqual(place == 3 ? 6 * (values[place] - Mean1) : 0, attributions[row][place], 1e-4f, $"row {row}, place {place}");
            }
            Assert.AreEqual(6 * (values[3] - Mean1), changes[row], 1e-4f);
        }
    }

    [TestMethod]
    public void IntegratedGradients_SumToTheChange_OfAModelThatBends()
    {
        // Steep, so that the first 32 points are too few.
        using var model = PlantedModel.Of(
            PlantedModel.Numbers, values => values.sum([1]).Scaled(40).tanh().sum(1, keepdim: true).Plus(SecondStep(values) * SecondStep(values)));
        var (attributions, changes) = PlantedModel.Explain(
            model, PlantedModel.Rows, new() { Method = AttributionMethod.IntegratedGradients, Tolerance = 1e-3 });
        for (var row = 0; row < 2; row++)
        {
            Assert.IsGreaterThan(1f, Math.Abs(changes[row]));
            Assert.AreEqual(changes[row], attributions[row].Sum(), 1e-3 * attributions[row].Sum(Math.Abs));
        }
    }

    [TestMethod]
    public void BaselineIsTheMean_AndTheRowsOwnLengthIsKept()
    {
        var ml = new MLContext(1);
        using var model = PlantedModel.Of(PlantedModel.Numbers, SecondStep);
        var data = ml.Data.LoadFromEnumerable(PlantedModel.Rows);
        var estimator = ml.Transforms.CalculateAttribution(model);
        var transformer = estimator.Fit(data);
        CollectionAssert.AreEqual(new[] { Mean0, Mean1 }, transformer.Baseline.ToArray());
        var column = transformer.GetOutputSchema(data.Schema)["Attribution"];
        CollectionAssert.AreEqual(new[] { 0, 2 }, ((VectorDataViewType)column.Type).Dimensions.ToArray());
        Assert.IsTrue(estimator.GetOutputSchema(data.Schema.Shape()).Any(promised => promised.Name == "AttributionChange"));
        CollectionAssert.AreEqual(new[] { 6, 10 }, transformer.Transform(data).GetColumn<float[]>("Attribution").Select(row => row.Length).ToArray());
    }

    [TestMethod]
    [DataRow(AttributionMethod.Occlusion)]
    [DataRow(AttributionMethod.IntegratedGradients)]
    public void PredictedClass_OrAGivenOne_IsExplained(AttributionMethod method)
    {
        // The second channel of the second step speaks for c, and against a and b alike.
        using var model = PlantedModel.Of(PlantedModel.Classes, values => cat([zeros(values.shape[0], 2), SecondStep(values)], 1));
        var rows = new[] { PlantedModel.Row([0, 0], [0, 5]), PlantedModel.Row([0, 0], [0, -5]) };
        var own = PlantedModel.Explain(model, rows, new() { Method = method }).Attributions;
        // log p / (1 - p) of c is the value less log 2; the mean is 0 in the second step, and rows of class a lose what c gains.
        Assert.AreEqual(5, own[0][3], 1e-3);
        Assert.AreEqual(LogOdds(-5) - LogOdds(0), own[1][3], 1e-3);
        var c = PlantedModel.Explain(model, rows, new() { Method = method, Class = "c" }).Attributions;
        Assert.AreEqual(5, c[0][3], 1e-3);
        Assert.AreEqual(-5, c[1][3], 1e-3);

        static double LogOdds(double third) => -Math.Log(1 + Math.Exp(third));
    }

    [TestMethod]
    [DataRow(AttributionMethod.Occlusion)]
    [DataRow(AttributionMethod.IntegratedGradients)]
    public void BinaryModel_IsExplainedForWhatItPredicts(AttributionMethod method)
    {
        using var model = PlantedModel.Of(PlantedModel.Binary, SecondStep);
        var rows = new[] { PlantedModel.Row([0, 0], [0, 5]), PlantedModel.Row([0, 0], [0, -5]) };
        CollectionAssert.AreEqual(new[] { 5f, 5 }, PlantedModel.Explain(model, rows, new() { Method = method }).Changes);
        CollectionAssert.AreEqual(new[] { 5f, -5 }, PlantedModel.Explain(model, rows, new() { Method = method, Class = "True" }).Changes);
        CollectionAssert.AreEqual(new[] { -5f, 5 }, PlantedModel.Explain(model, rows, new() { Method = method, Class = "False" }).Changes);
    }

    [TestMethod]
    public void LongSeries_AreOccludedByWindows_ThatShowWhereTheSignalIs()
    {
        // A bump at steps 40 to 47 of the first channel, which the model adds up.
        var steps = Enumerable.Range(0, 96).Select(step => new float[] { step is >= 40 and < 48 ? 3 : 0, step % 5 }).ToArray();
        using var model = PlantedModel.Of(PlantedModel.Numbers, values => values.narrow(1, 40, 8).select(2, 0).sum(1, keepdim: true));
        var attribution = PlantedModel.Explain(model, [PlantedModel.Row(steps)], new()).Attributions[0];
        for (var step = 0; step < 96; step++)
        {
            Assert.AreEqual(0, attribution[(2 * step) + 1], 1e-4f);
            // Windows of 6 steps begin at every third, so that those that meet the bump hold steps 36 to 50.
            Assert.AreEqual(step is >= 36 and <= 50, attribution[2 * step] > 1e-3f, $"step {step}: {attribution[2 * step]}");
        }
    }

    [TestMethod]
    public void Tokens_AreReplacedByTheMissingKey()
    {
        using var model = PlantedModel.Of(PlantedModel.Numbers, keys => keys.eq(tensor(4L)).sum(1, keepdim: true).to_type(ScalarType.Float32), "Tokens");
        var attribution = PlantedModel.Explain(model, [new() { Tokens = [1, 4, 2, 4] }], new() { Window = 1 }).Attributions[0];
        CollectionAssert.AreEqual(new[] { 0f, 2, 0, 2 }, attribution);
    }

    [TestMethod]
    public void Image_HasGradients()
    {
        using var model = PlantedModel.Of(PlantedModel.Numbers, values => values.select(1, 0).narrow(1, 2, 1), "Image");
        var (attributions, _) = PlantedModel.Explain(
            model, [new() { Image = [1, 2, 3, 4] }, new() { Image = [1, 2, 5, 4] }], new() { Method = AttributionMethod.IntegratedGradients });
        CollectionAssert.AreEqual(new[] { 0f, 0, -2, 0 }, attributions[0]);
    }

    [TestMethod]
    public void StepFunction_MissesItsChange_AndTheRowIsNamed()
    {
        using var model = PlantedModel.Of(PlantedModel.Numbers, values => SecondStep(values).sign().Plus(SecondStep(values).Scaled(0.01)));
        var error = Assert.Throws<InvalidDataException>(
            () => PlantedModel.Explain(model, PlantedModel.Rows, new() { Method = AttributionMethod.IntegratedGradients }));
        StringAssert.Contains(error.Message, "Column 'Features', row 0: its integrated gradients sum to");
        StringAssert.Contains(error.Message, "set Method to Occlusion");
    }

    [TestMethod]
    public void ModelWithoutGradient_IsSaid()
    {
        using var model = PlantedModel.Of(PlantedModel.Numbers, values => SecondStep(values).detach());
        var error = Assert.Throws<InvalidDataException>(
            () => PlantedModel.Explain(model, PlantedModel.Rows, new() { Method = AttributionMethod.IntegratedGradients }));
        StringAssert.Contains(error.Message, "no gradient with respect to the row");
    }

    [TestMethod]
    [DataRow(AttributionMethod.Occlusion)]
    [DataRow(AttributionMethod.IntegratedGradients)]
    public void OutputThatIsNoNumber_IsNoAttribution(AttributionMethod method)
    {
        using var model = PlantedModel.Of(PlantedModel.Numbers, values => SecondStep(values).log());
        var error = Assert.Throws<InvalidDataException>(() => PlantedModel.Explain(model, PlantedModel.Rows, new() { Method = method }));
        StringAssert.Contains(error.Message, "so it cannot be explained");
    }

    [TestMethod]
    public void WhatCannotBeExplained_IsRefusedByName()
    {
        var ml = new MLContext(1);
        using var numbers = PlantedModel.Of(PlantedModel.Numbers, SecondStep);
        using var classes = PlantedModel.Of(PlantedModel.Classes, SecondStep);
        using var tokens = PlantedModel.Of(PlantedModel.Numbers, SecondStep, "Tokens");
        using var image = PlantedModel.Of(PlantedModel.Numbers, SecondStep, "Image");
        using var other = PlantedModel.Of(new OtherHead(), SecondStep);
        Refused<ArgumentException>(numbers, new() { Class = "a" }, "Class is 'a', and the model predicts a number");
        Refused<ArgumentException>(classes, new() { Class = "d" }, "none of the model's 3: a, b, c");
        Refused<ArgumentException>(numbers, new() { ChangeColumnName = "Attribution" }, "give them different names");
        Refused<ArgumentException>(numbers, new() { PathPoints = 0, Tolerance = 0 }, "PathPoints", "Tolerance");
        Refused<NotSupportedException>(tokens, new() { Method = AttributionMethod.IntegratedGradients }, "tokens have no gradient");
        Refused<NotSupportedException>(image, new(), "set Method to IntegratedGradients");
        Refused<NotSupportedException>(other, new(), "its task is 'Other'");
        var data = ml.Data.LoadFromEnumerable(PlantedModel.Rows);
        var foreign = ml.Transforms.CopyColumns("Copy", "Features").Fit(data);
        Refused<ArgumentException>(foreign, new(), "no network of Microsoft.ML.Extensions");
        var explained = ml.Transforms.CalculateAttribution(numbers).Fit(data);
        using var file = new MemoryStream();
        Assert.Throws<NotSupportedException>(() => ml.Model.Save(explained, data.Schema, file));
        Assert.Throws<InvalidOperationException>(() => ml.Transforms.CalculateAttribution(numbers).Fit(ml.Data.LoadFromEnumerable<PlantedRow>([])));

        void Refused<T>(ITransformer model, AttributionOptions options, params string[] parts)
            where T : Exception
        {
            var error = Assert.Throws<T>(() => ml.Transforms.CalculateAttribution(model, options));
            foreach (var part in parts)
            {
                StringAssert.Contains(error.Message, part);
            }
        }
    }

    private static Tensor SecondStep(Tensor values) => values.select(1, 1).select(1, 1).unsqueeze(1);

    private sealed class OtherHead() : TaskHead(new HeadDescription("Other", 1))
    {
        public override Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing) => outputs;

        public override Tensor Activate(Tensor outputs) => outputs;

        public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names) => [];

        protected override Delegate[] Getters(RowScores scores) => [];
    }
}
