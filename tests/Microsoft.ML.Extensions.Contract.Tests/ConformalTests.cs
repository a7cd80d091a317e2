using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Conformal sets, intervals and calibrated probabilities around the trainers' models.</summary>
[TestClass]
public sealed class ConformalTests
{
    [TestMethod]
    [DataRow("ParaRnn, multiclass")]
    [DataRow("NeuralTangentKernel, multiclass")]
    [DataRow("RandomConvolution, multiclass")]
    [DataRow("DeepNetwork, multiclass")]
    [DataRow("Lrcn, multiclass")]
    public void Classifiers_HaveSets_AndTheChainIsSavedAndLoaded(string name)
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named(name);
        var (train, calibration, later) = (trainer.Load(ml, 30, 1), trainer.Load(ml, 60, 2), trainer.Load(ml, 200, 3));
        using var model = trainer.Create(ml, trainer.Tiny()).Fit(train);
        var estimator = ml.MulticlassClassification.ConformalSet(0.8);
        var scored = model.Transform(calibration);
        AssertPromises(estimator, scored, "PredictedLabels");
        var chain = ModelFile.Load(ml, ModelFile.Save(ml, new TransformerChain<ITransformer>(model, estimator.Fit(scored)), train.Schema));
        var metrics = ml.MulticlassClassification.EvaluateSets(chain.Transform(later));
        // A bound that the binomial and the beta distribution of the coverage leave with a probability below 1e-4.
        Assert.IsGreaterThan(0.55, metrics.Coverage);
        Assert.AreEqual(200, metrics.Rows);
    }

    [TestMethod]
    [DataRow("ParaRnn, regression")]
    [DataRow("NeuralTangentKernel, regression")]
    [DataRow("RandomConvolution, regression")]
    public void Regressors_HaveIntervals_AndTheChainIsSavedAndLoaded(string name)
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named(name);
        var (train, calibration, later) = (trainer.Load(ml, 30, 1), trainer.Load(ml, 60, 2), trainer.Load(ml, 200, 3));
        using var model = trainer.Create(ml, trainer.Tiny()).Fit(train);
        var estimator = ml.Regression.ConformalInterval(0.8);
        var scored = model.Transform(calibration);
        AssertPromises(estimator, scored, "Lower", "Upper");
        var chain = ModelFile.Load(ml, ModelFile.Save(ml, new TransformerChain<ITransformer>(model, estimator.Fit(scored)), train.Schema));
        Assert.IsGreaterThan(0.55, ml.Regression.EvaluateIntervals(chain.Transform(later)).Coverage);
    }

    [TestMethod, Trained]
    [DataRow("Recurrent, multiclass")]
    [DataRow("DeepNetwork, multiclass")]
    [DataRow("Lrcn, multiclass")]
    public void Classifiers_AreCalibrated_AndTheChainIsSavedLoadedAndConverted(string name)
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named(name);
        var (train, calibration) = (trainer.Load(ml, 30, 1), trainer.Load(ml, 60, 2));
        using var model = trainer.Create(ml, trainer.Tiny()).Fit(train);
        var estimator = ml.MulticlassClassification.TemperatureScaling();
        var scored = model.Transform(calibration);
        AssertPromises(estimator, scored, "Score");
        var chain = new TransformerChain<ITransformer>(model, estimator.Fit(scored));
        var calibrated = ModelFile.Load(ml, ModelFile.Save(ml, chain, train.Schema)).Transform(calibration);
        TrainedBound.AtMost(ml.MulticlassClassification.Evaluate(calibrated).LogLoss, ml.MulticlassClassification.Evaluate(scored).LogLoss + 0.02, "log-loss");
        using var onnx = new OnnxRun(ml, chain, calibration, "Features");
        foreach (var (one, other) in onnx.Outputs<float, float>([calibration.GetColumn<float[]>("Features").First()], "Score").Zip(calibrated.GetColumn<float[]>("Score").First()))
        {
            Assert.AreEqual(other, one, 1e-5f);
        }
    }

    [TestMethod]
    public void CancelledContext_StopsThem()
    {
        var ml = new MLContext(1);
        var intervals = ml.Data.LoadFromEnumerable([new Scored { Label = 1, Score = 2 }]);
        ml.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => ml.Regression.ConformalInterval(0.5).Fit(intervals));
        var trainer = TrainerCases.Named("NeuralTangentKernel, multiclass");
        var other = new MLContext(1);
        using var model = trainer.Create(other, trainer.Tiny()).Fit(trainer.Load(other, 30, 1));
        var sets = model.Transform(trainer.Load(other, 30, 1));
        Assert.ThrowsExactly<OperationCanceledException>(() => ml.MulticlassClassification.ConformalSet().Fit(sets));
        Assert.ThrowsExactly<OperationCanceledException>(() => ml.MulticlassClassification.TemperatureScaling().Fit(sets));
    }

    private static void AssertPromises(IEstimator<ITransformer> estimator, IDataView data, params string[] names)
    {
        var promised = estimator.GetOutputSchema(data.Schema.Shape());
        var kept = estimator.Fit(data).GetOutputSchema(data.Schema).Shape();
        foreach (var name in names)
        {
            var (expected, got) = (promised.Single(column => column.Name == name), kept.Single(column => column.Name == name));
            Assert.AreEqual((expected.Kind, expected.ItemType, expected.IsKey), (got.Kind, got.ItemType, got.IsKey));
            CollectionAssert.AreEquivalent(expected.Annotations.Select(column => column.Name).ToArray(), got.Annotations.Select(column => column.Name).ToArray());
        }
    }

    private sealed class Scored
    {
        public float Label { get; set; }

        public float Score { get; set; }
    }
}
