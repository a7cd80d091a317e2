using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The source of the AutoML package, compiled against a stub of AutoML: what it makes of the parameters of a trial.</summary>
[TestClass]
public sealed class AutoMLTests
{
    private static readonly MLContext s_ml = new(1);

    [TestMethod]
    public void OptionsOfATrial_AreThoseGiven_ButForWhatIsSearched()
    {
        var progress = new Progress<TrainingProgress>();
        var given = new ParaRnnOptions { Heads = 2, EnsembleSize = 3, Pooling = SequencePooling.Max, Training = { Progress = progress } };
        var options = Created(given, Nested(
            ("Cell", Parameter.FromString("Lstm")), ("HiddenSize", Parameter.FromInt(64)), ("Dropout", Parameter.FromDouble(0.25)),
            ("Bidirectional", Parameter.FromBool(false)), ("Pooling", Parameter.FromString("Segments")),
            ("Training", Nested(("LearningRate", Parameter.FromDouble(0.01))))));
        Assert.AreEqual(
            (ParaRnnCell.Lstm, 64, 0.25, false, SequencePooling.Segments, 0.01),
            (options.Cell, options.HiddenSize, options.Dropout, options.Bidirectional, options.Pooling, options.Training.LearningRate));
        Assert.AreEqual(2, options.Heads);
        Assert.AreSame(progress, options.Training.Progress);
        // The given options stay as they are, and later changes to them have no effect.
        Assert.AreEqual(5e-3, given.Training.LearningRate);
        Assert.AreNotSame(given.Training, options.Training);
    }

    [TestMethod]
    public void Trials_HaveOneNetwork()
    {
        Assert.AreEqual(1, Created(new ParaRnnOptions(), Nested()).EnsembleSize);
        Assert.AreEqual(1, Created(new ParaRnnOptions { EnsembleSize = 7 }, Nested()).EnsembleSize);
    }

    [TestMethod]
    public void Nullables_StartWithNull()
    {
        var candidate = s_ml.Auto().Sweepable(new LsslOptions { Pooling = SequencePooling.Max }, (ml, o) => ml.Regression.Trainers.Lssl(o));
        var choices = ((ChoiceOption)candidate.SearchSpace["Pooling"]).Choices.Select(choice => choice.AsType<string>()).ToArray();
        CollectionAssert.AreEqual(new[] { "Chosen", "MeanMax", "Segments", "Attention", "Last" }, choices);
        var pooled = new LsslOptions { Pooling = SequencePooling.Max };
        Assert.IsNull(Created(pooled, Nested(("Pooling", Parameter.FromString("Chosen")))).Pooling);
    }

    [TestMethod]
    public void RemovedOptions_KeepTheirValue()
    {
        var candidate = s_ml.Auto().Sweepable(
            new LsslOptions(), (ml, o) => ml.Regression.Trainers.Lssl(o), space => space.Remove("Pooling"));
        Assert.DoesNotContain("Pooling", candidate.SearchSpace.Keys);
    }

    [TestMethod]
    public void OptionsThatDoNotExist_AreNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Created(new LsslOptions(), Nested(("Hidden", Parameter.FromInt(1)))));
        Assert.Contains("'Hidden', which LsslOptions does not have", error.Message);
    }

    [TestMethod]
    public void EveryCandidate_IsATrainerOfItsTask()
    {
        var auto = s_ml.Auto();
        string[] sequence = ["RandomConvolution", "ParaRnn", "Lssl", "Recurrent", "Aaren", "SingleLayerTransformer"];
        string[] tabular = ["NeuralTangentKernel", "DeepNetwork"];
        foreach (var all in new[]
        {
            auto.SequenceMulticlass(useAaren: true, useSingleLayerTransformer: true),
            auto.SequenceBinary(useAaren: true, useSingleLayerTransformer: true),
            auto.SequenceRegression(useAaren: true, useSingleLayerTransformer: true),
            auto.TabularMulticlass(), auto.TabularBinary(), auto.TabularRegression(),
        })
        {
            CollectionAssert.AreEqual(all.Length == 2 ? tabular : sequence, all.Select(Name).ToArray());
        }
        Assert.HasCount(1, auto.TabularBinary(useDeepNetwork: false));
        Assert.ThrowsExactly<ArgumentException>(() => auto.TabularBinary(useDeepNetwork: false, useNeuralTangentKernel: false));
    }

    [TestMethod]
    public void Winner_HasItsName_AndTheEnsembleOfItsOptions()
    {
        var sizes = new List<int>();
        var pipeline = s_ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(s_ml.Auto().Sweepable(new ParaRnnOptions { HiddenSize = 8, Layers = 1, Training = { Epochs = 1 } }, (ml, o) =>
            {
                sizes.Add(o.EnsembleSize);
                return ml.MulticlassClassification.Trainers.ParaRnn(o);
            }))
            .Append(s_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var trial = new TrialSettings
        {
            Parameter = Nested(("_pipeline_", Nested(
            ("_SCHEMA_", Parameter.FromString("e0 * e1 * e2")), ("e0", Nested()), ("e1", Nested()), ("e2", Nested()))))
        };
        Assert.AreEqual("ParaRnn", pipeline.TrainerOf(s_ml, trial));

        var random = new Random(1);
        var rows = Enumerable.Range(0, 12).Select(row => new Row { Label = $"{row % 2}", Features = [random.NextSingle(), row % 2, row] });
        var data = s_ml.Data.LoadFromEnumerable(rows.ToArray());
        sizes.Clear();
        var model = pipeline.FitWinner(s_ml, new TrialResult { TrialSettings = trial, Model = null! }, data);
        CollectionAssert.AreEqual(new[] { 0 }, sizes);
        Assert.HasCount(12, s_ml.Data.CreateEnumerable<Predicted>(model.Transform(data), false).ToArray());
    }

    [TestMethod]
    public void TrialsOfForecasts_AreMeasuredAndTimed()
    {
        var random = new Random(1);
        var steps = Enumerable.Range(0, 120).Select(step => new Step { Value = random.NextSingle() });
        var series = s_ml.Data.LoadFromEnumerable(steps.ToArray());
        var pipeline = s_ml.Transforms.SequenceTransforms().ForecastWindow(["Value"], length: 16, horizon: 4).Append(s_ml.Auto().Sweepable(
            new LsslOptions { HiddenSize = 8, Layers = 1, Training = { Epochs = 1 } }, (ml, o) => ml.Forecasting.Trainers.Lssl(o)));
        var experiment = s_ml.Auto().CreateExperiment().SetPipeline(pipeline).SetForecasts(s_ml, pipeline, series, series);
        experiment.Proposal["_pipeline_"] = Nested(("_SCHEMA_", Parameter.FromString("e0 * e1")), ("e0", Nested()), ("e1", Nested()));
        var best = experiment.Run();
        Assert.AreEqual(s_ml.Forecasting.Evaluate(best.Model.Transform(series)).MeanAbsoluteError, best.Metric, 1e-9);
        Assert.AreEqual(best.Metric, best.Loss);
        Assert.IsGreaterThan(0.0, best.DurationInMilliseconds);
    }

    private static TOptions Created<TOptions>(TOptions options, Parameter parameter) where TOptions : SequenceTrainerOptions, new()
    {
        TOptions? created = null;
        s_ml.Auto().Sweepable(options, (ml, o) =>
        {
            created = o;
            return ml.Transforms.CopyColumns("A", "B");
        }).BuildFromOption(s_ml, parameter);
        return created!;
    }

    private static string Name(SweepableEstimator candidate) =>
        candidate.BuildFromOption(s_ml, Nested()).GetType().Name.Replace("Trainer", "", StringComparison.Ordinal);

    private static Parameter Nested(params (string Key, Parameter Value)[] entries) =>
        Parameter.CreateNestedParameter([.. entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value))]);

    private sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Step
    {
        public float Value { get; set; }
    }

    private sealed class Predicted
    {
        public string PredictedLabel { get; set; } = "";
    }
}
