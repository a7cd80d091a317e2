using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

[TestClass]
public sealed class SequenceBaseTests
{
    private const int Steps = 8;

    private readonly MLContext _ml = new(TrainedSeed.From(1));
    private readonly List<string> _log = [];

    public SequenceBaseTests() => _ml.Log += (_, line) => _log.Add(line.Message);

    // Features pooled over the row do not show the step of a value; a network that pools by segments can.
    [TestMethod, Trained]
    public void Network_IsKept_WhereItPredictsWhatTheBaseCannot()
    {
        var (train, test) = (View(Placed(200, 1)), View(Placed(200, 2)));
        using var model = _ml.Regression.Trainers.ParaRnn(Options()).Fit(train);
        using var alone = _ml.Regression.Trainers.RandomConvolution(Convolutions()).Fit(train);
        var found = model.Model.Base!;
        Assert.AreEqual("RandomConvolution", found.Kind);
        Assert.IsGreaterThan(0, found.NetworkWeight);
        Assert.IsGreaterThan(0, found.Gain);
        Assert.IsGreaterThan(0, model.Model.ParameterCount);
        Assert.IsTrue(_log.Any(line => line.Contains("outputs are", StringComparison.Ordinal)));
        var (corrected, solved) = (_ml.Regression.Evaluate(model.Transform(test), "Target"), _ml.Regression.Evaluate(alone.Transform(test), "Target"));
        TrainedBound.Below(corrected.MeanSquaredError / solved.MeanSquaredError, 0.8, "squared error of base and network, over that of the base");
    }

    [TestMethod]
    public void Network_ThatHelpsNobody_IsLeftOut_AndTheAnswersAreTheBases()
    {
        var (rows, epochs) = (Noise(240, 3), 0);
        var options = Set(new LsslOptions { StateSize = 8 });
        options.Training.Progress = new Counter(() => epochs++);
        using var model = _ml.Regression.Trainers.Lssl(options).Fit(View(rows));
        using var alone = _ml.Regression.Trainers.RandomConvolution(Convolutions()).Fit(View(rows));
        var found = model.Model.Base!;
        Assert.AreEqual((1.0, 0.0), (found.Weight, found.NetworkWeight));
        Assert.IsLessThanOrEqualTo(0, found.Gain);
        Assert.IsGreaterThan(0, epochs, "No network was tried.");
        Assert.AreEqual(0, model.Model.ParameterCount);
        CollectionAssert.AreEqual(Scores(alone, rows), Scores(model, rows));
        Assert.IsTrue(_log.Any(line => line.Contains("it makes the predictions alone", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void BaseThatIsRight_SparesTheNetwork()
    {
        var epochs = 0;
        var options = Options();
        options.LabelColumnName = "IsFirst";
        options.Training.Progress = new Counter(() => epochs++);
        using var model = _ml.BinaryClassification.Trainers.ParaRnn(options).Fit(View(TinyData.Rows(60, 1, steps: Steps)));
        Assert.AreEqual(0, epochs);
        Assert.AreEqual((0.0, 0.0, 0.0), (model.Model.Base!.NetworkWeight, model.Model.Base.Gain, model.Model.Base.StandardError));
        Assert.IsTrue(_log.Any(line => line.Contains("right on every row left out", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(0.2)]
    [DataRow(0.0)]
    public void SavedModel_SaysAndScoresTheSame(double heldOut)
    {
        var rows = Placed(120, 5);
        var options = Options();
        options.Training.ValidationFraction = heldOut;
        using var model = _ml.Regression.Trainers.ParaRnn(options).Fit(View(rows));
        using var file = new MemoryStream();
        _ml.Model.Save(model, null, file);
        file.Position = 0;
        using var loaded = (NetworkTransformer)_ml.Model.Load(file, out _);
        CollectionAssert.AreEqual(Scores(model, rows), Scores(loaded, rows));
        var (one, other) = (model.Model.Base!, loaded.Model.Base!);
        Assert.AreEqual((one.Kind, one.Weight, one.NetworkWeight, one.Gain, one.StandardError), (other.Kind, other.Weight, other.NetworkWeight, other.Gain, other.StandardError));
        Assert.IsGreaterThan(0, one.NetworkWeight);
    }

    [TestMethod]
    public void CancelledFit_GoesOnToTheSameModel()
    {
        var rows = Placed(100, 7);
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using var whole = _ml.Regression.Trainers.ParaRnn(Options()).Fit(View(rows));
            using var stop = new CancellationTokenSource();
            var (options, epochs) = (Options(), 0);
            options.Training.CheckpointDirectory = folder;
            options.Training.CancellationToken = stop.Token;
            options.Training.Progress = new Counter(() =>
            {
                if (++epochs == 27)
                {
                    stop.Cancel();
                }
            });
            Assert.ThrowsExactly<OperationCanceledException>(() => _ml.Regression.Trainers.ParaRnn(options).Fit(View(rows)));
            (options.Training.CancellationToken, options.Training.Progress, epochs) = (default, new Counter(() => epochs++), 0);
            using var resumed = _ml.Regression.Trainers.ParaRnn(options).Fit(View(rows));
            Assert.AreEqual(60 - 27, epochs);
            CollectionAssert.AreEqual(Scores(whole, rows), Scores(resumed, rows));
            Assert.IsEmpty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // After the solve of the base, while networks are trained, and while their gain is measured.
    [TestMethod]
    [DataRow(0)]
    [DataRow(5)]
    [DataRow(60)]
    public void FitCancelledAtAnyPart_LeavesNoTensor(int epochs)
    {
        var rows = View(Placed(60, 7));
        using var stop = new CancellationTokenSource();
        var ml = new MLContext(1);
        ml.Log += (_, told) =>
        {
            if (epochs == 0 && told.Message.Contains("rows of", StringComparison.Ordinal) && told.Message.Contains("features", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };
        var (options, seen) = (Options(), 0);
        options.Training.CancellationToken = stop.Token;
        options.Training.Progress = new Counter(() =>
        {
            if (++seen == epochs)
            {
                stop.Cancel();
            }
        });
        LiveTensors.AssertNoneLeft(() => Assert.ThrowsExactly<OperationCanceledException>(() => ml.Regression.Trainers.ParaRnn(options).Fit(rows).Dispose()));
        Assert.AreEqual(epochs, seen);
    }

    [TestMethod]
    [DataRow("groups", "rows are in groups")]
    [DataRow("classes", "it does not support class weights")]
    [DataRow("memory", "MemoryBudgetMegabytes")]
    public void WhatABaseCannotHave_IsRefusedByName_AndLeftOutWhereTheChoiceIsFree(string what, string message)
    {
        var options = Options();
        options.LabelColumnName = "IsFirst";
        options.Training.Epochs = 1;
        var rows = View(TinyData.Rows(40, 1, steps: Steps));
        switch (what)
        {
            case "groups":
                rows = _ml.Transforms.Conversion.MapValueToKey("Group", "Label").Fit(rows).Transform(rows);
                options.GroupColumnName = "Group";
                break;
            case "classes":
                options.Training.ClassWeights = ClassWeighting.Balanced;
                break;
            default:
                options.Training.MemoryBudgetMegabytes = 1;
                rows = View(TinyData.Rows(40_000, 1, steps: Steps));
                break;
        }
        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.BinaryClassification.Trainers.ParaRnn(options).Fit(rows)).Message;
        Assert.Contains(message, refused);
        Assert.Contains("set Base to null", refused);
        options.Base = null;
        using var model = _ml.BinaryClassification.Trainers.ParaRnn(options).Fit(rows);
        Assert.IsNull(model.Model.Base);
        Assert.IsTrue(_log.Any(line => line.Contains("The network has no base", StringComparison.Ordinal) && line.Contains(message, StringComparison.Ordinal)));
    }

    [TestMethod]
    public void FreeChoice_TakesABase_UnlessTheNetworkCanGoStepByStep()
    {
        var rows = View(TinyData.Rows(40, 1, steps: Steps));
        var options = Options();
        (options.LabelColumnName, options.Base) = ("IsFirst", null);
        using var chosen = _ml.BinaryClassification.Trainers.ParaRnn(options).Fit(rows);
        Assert.IsNotNull(chosen.Model.Base);
        (options.Bidirectional, options.Pooling, options.Training.Epochs) = (false, SequencePooling.Mean, 1);
        using var streamed = _ml.BinaryClassification.Trainers.ParaRnn(options).Fit(rows);
        Assert.IsNull(streamed.Model.Base);
        options.Base = SequenceBase.RandomConvolution;
        using var asked = _ml.BinaryClassification.Trainers.ParaRnn(options).Fit(rows);
        Assert.IsNotNull(asked.Model.Base);
        var refused = Assert.ThrowsExactly<NotSupportedException>(() => _ml.Model.CreateStreamingEngine<StepRow, StepAnswer>(asked)).Message;
        Assert.Contains("set Base to None", refused);
    }

    // Convolutions over steps cannot follow another sampling rate.
    [TestMethod]
    public void LsslThatCanFollowASamplingRate_StaysAlone_AndOneWithABaseDoesNot()
    {
        var rows = View(TinyData.Rows(40, 1, steps: Steps));
        var options = Set(new LsslOptions { StateSize = 8, ConvolutionWidth = 0 });
        (options.LabelColumnName, options.Base, options.Training.Epochs) = ("IsFirst", null, 1);
        using var free = _ml.BinaryClassification.Trainers.Lssl(options).Fit(rows);
        Assert.IsNull(free.Model.Base);
        using var half = free.WithSamplingRate(0.5);
        options.Base = SequenceBase.RandomConvolution;
        using var based = _ml.BinaryClassification.Trainers.Lssl(options).Fit(rows);
        Assert.Contains("train with Base set to None", Assert.ThrowsExactly<ArgumentException>(() => based.WithSamplingRate(0.5)).Message);
    }

    // Neither part predicts the class that no training row has.
    [TestMethod]
    public void ClassesOfOneRowAndOfNone_AndOtherLengths_AreScored()
    {
        var rows = TinyData.Rows(31, 1, 2, 1, 12, 2);
        rows[^1].Label = "alone";
        var view = SequenceRow.ToDataView(_ml, rows, 0, 2);
        var options = Options();
        options.LabelColumnName = "Label";
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label", keyData: _ml.Data.LoadFromEnumerable(
            new[] { "a", "b", "alone", "none" }.Select(name => new { Label = name }))).Append(_ml.MulticlassClassification.Trainers.ParaRnn(options));
        using var model = pipeline.Fit(view);
        foreach (var score in model.Transform(view).GetColumn<float[]>("Score"))
        {
            Assert.AreEqual(1, score.Sum(), 1e-5);
            Assert.IsLessThan(0.2f, score[3]);
        }
    }

    private ParaRnnOptions Options() => Set(new ParaRnnOptions { ConvolutionWidth = 2, Pooling = SequencePooling.Segments, PoolingSegments = Steps });

    private static TOptions Set<TOptions>(TOptions options)
        where TOptions : SequenceTrainerOptions
    {
        (options.LabelColumnName, options.Base, options.HiddenSize, options.Layers, options.EnsembleSize) = ("Target", SequenceBase.RandomConvolution, 8, 1, 3);
        (options.Training.Seed, options.Training.Epochs, options.Training.LearningRate, options.InputNoise) = (TrainedSeed.From(1), 20, 0.02, 0);
        return options;
    }

    private static RandomConvolutionOptions Convolutions() => new() { LabelColumnName = "Target", Seed = TrainedSeed.From(1) };

    // The label is the value of one step among steps of noise.
    private static SequenceRow[] Placed(int count, int seed)
    {
        var rows = Noise(count, seed);
        foreach (var row in rows)
        {
            row.Target = row.Features[2];
        }
        return rows;
    }

    private static SequenceRow[] Noise(int count, int seed)
    {
        var random = new Random(TrainedSeed.From(seed));
        return [.. Enumerable.Range(0, count).Select(_ => new SequenceRow
        {
            Features = [.. Enumerable.Range(0, Steps).Select(_ => (float)Normal.Next(random))], Label = "", Target = (float)Normal.Next(random),
        })];
    }

    private IDataView View(SequenceRow[] rows) => SequenceRow.ToDataView(_ml, rows, Steps, 1);

    private float[] Scores(NetworkTransformer model, SequenceRow[] rows) => [.. model.Transform(View(rows)).GetColumn<float>("Score")];

    private sealed class Counter(Action tick) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tick();
    }

    private sealed class StepRow
    {
        [VectorType(1)]
        public float[] Features { get; set; } = [];
    }

    private sealed class StepAnswer
    {
        public float Score { get; set; }
    }
}
