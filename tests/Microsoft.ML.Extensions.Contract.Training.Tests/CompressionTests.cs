using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>Models of every trainer, compressed.</summary>
[TestClass]
public sealed class CompressionTests
{
    private const int Rows = 40;

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void EveryNetwork_GetsASmallerOneOfItsKind_ThatSavesAndLoads(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var (data, more) = (trainer.Load(ml, Rows), trainer.Load(ml, Rows, seed: 2));
        using var teacher = trainer.Create(ml, trainer.Learning((NetworkTrainerOptions options) => options.EnsembleSize = 2)).Fit(data);
        using var compressed = ml.Model.Compress(teacher, data, more, Small());
        var student = (NetworkTransformer)compressed.Model;
        var report = compressed.Report;
        Assert.AreEqual(teacher.Model.Kind, student.Model.Kind);
        Assert.AreEqual(student.Model.ParameterCount, report.Student.Parameters);
        Assert.IsLessThan(teacher.Model.ParameterCount, student.Model.ParameterCount);
        Assert.IsTrue(report.Candidates.All(one => one.Measure is not null == one.Reward > -1 || one.Obstacle is not null));
        Assert.AreEqual(report.Candidates.Max(one => one.Reward), report.Winner.Reward);
        Assert.IsGreaterThan(0, report.Student.Measure!.RowsPerSecond);
        Assert.IsLessThan(report.Teacher.Operations, report.Student.Operations);
        var scores = trainer.Task.Scores(student.Transform(more));
        Assert.IsTrue(scores.All(row => row.All(float.IsFinite)));
        using var loaded = (NetworkTransformer)ml.Model.Load(new MemoryStream(ModelFile.Save(ml, student, data.Schema)), out _);
        Scores.AssertSame(scores, trainer.Task.Scores(loaded.Transform(more)));
    }

    [TestMethod]
    [DataRow(CompressionStrategy.PolicyGradient, CompressionStart.Fresh)]
    [DataRow(CompressionStrategy.Random, CompressionStart.Inherited)]
    [DataRow(CompressionStrategy.Greedy, CompressionStart.Fresh)]
    [DataRow(CompressionStrategy.Evolution, CompressionStart.Fresh)]
    [DataRow(CompressionStrategy.UniformWidth, CompressionStart.Inherited)]
    [DataRow(CompressionStrategy.GroupNorm, CompressionStart.Inherited)]
    public void TheSameSeed_GivesTheSameModel_ByEachStrategy(CompressionStrategy strategy, CompressionStart start)
    {
        var (ml, data, more) = Problem();
        using var teacher = Deep(ml, "fc 24, fc 16, fc 12, relu").Fit(data);
        CollectionAssert.AreEqual(Weights(), Weights());

        byte[] Weights()
        {
            using var compressed = ml.Model.Compress(teacher, data, more, Small(options => (options.Strategy, options.Start) = (strategy, start)));
            Assert.AreEqual(strategy == CompressionStrategy.PolicyGradient, compressed.Policy is not null);
            return Safetensors.Save(((NetworkTransformer)compressed.Model).Model.Network);
        }
    }

    [TestMethod]
    public void ADesign_IsTrainedOnce_HoweverOftenTheSearchAsksForIt()
    {
        var (ml, data, more) = Problem();
        using var teacher = Deep(ml, "fc 4, relu").Fit(data);
        using var compressed = ml.Model.Compress(teacher, data, more, Small(options => options.Candidates = 12));
        CollectionAssert.AllItemsAreUnique(compressed.Report.Candidates.Select(one => one.Design).ToArray());
    }

    [TestMethod]
    public void AnEnsemble_BecomesOneNetworkOfItsSizes()
    {
        var (ml, data, more) = Problem();
        using var teacher = Deep(ml, "fc 16, relu", members: 5).Fit(data);
        using var compressed = ml.Model.Compress(teacher, data, more, Small(options => options.Strategy = CompressionStrategy.SingleNetwork));
        Assert.AreEqual(teacher.Model.ParameterCount, 5 * ((NetworkTransformer)compressed.Model).Model.ParameterCount);
        Assert.AreEqual(0.2, compressed.Report.ParametersRatio, 1e-12);
        Assert.HasCount(1, compressed.Report.Candidates);
        using var one = Deep(ml, "fc 16, relu").Fit(data);
        StringAssert.Contains(Refused(() => ml.Model.Compress(one, data, more, Small(options => options.Strategy = CompressionStrategy.SingleNetwork))),
            "one network already");
    }

    [TestMethod]
    public void InAChain_TheStudentTakesTheTeachersPlace()
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named("ParaRnn, multiclass");
        var rows = trainer.Input.Load(ml, trainer.Input.Rows(Rows, 1));
        using var teacher = (IDisposable)trainer.Pipeline(ml).Fit(rows);
        using var compressed = ml.Model.Compress((ITransformer)teacher, rows, options: Small());
        var (before, after) = (((ITransformer)teacher).Transform(rows).Schema, compressed.Model.Transform(rows).Schema);
        CollectionAssert.AreEqual(before.Select(column => $"{column}").ToArray(), after.Select(column => $"{column}").ToArray());
        Assert.HasCount(Rows, compressed.Model.Transform(rows).GetColumn<VBuffer<float>>("Score").ToArray());
    }

    [TestMethod]
    public void ConvolutionsAndResiduals_KeepWhatBelongsTogether()
    {
        var ml = new MLContext(1);
        var (data, more) = (ImageRow.Load(ml, 1), ImageRow.Load(ml, 2));
        using var teacher = Deep(ml, "conv 8, conv 8, conv 8, pool 2, fc 16, fc 16, relu, residual 0.5, batchnorm").Fit(data);
        using var compressed = ml.Model.Compress(teacher, data, more, Small(options => options.Strategy = CompressionStrategy.Random));
        foreach (var one in compressed.Report.Candidates)
        {
            // Widths belong to the first layer of each row of equal ones, which stays.
            Assert.IsFalse(one.Design.Contains("layers.1.Width", StringComparison.Ordinal), one.Design);
            Assert.IsFalse(one.Design.Contains("layers.4.Width", StringComparison.Ordinal), one.Design);
        }
        var shapes = ((NetworkTransformer)compressed.Model).Model.ParameterShapes;
        Assert.IsTrue(shapes.Keys.Any(name => name.StartsWith("norms", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void ACancelledSearch_ReturnsTheBestSoFar()
    {
        var (ml, data, more) = Problem();
        using var teacher = Deep(ml, "fc 24, fc 16, relu").Fit(data);
        using var source = new CancellationTokenSource();
        var seen = new List<CompressionCandidate>();
        using var compressed = ml.Model.Compress(teacher, data, more, Small(options =>
        {
            options.CancellationToken = source.Token;
            options.Progress = new CandidateList(seen, () => seen.Count(one => one.Obstacle is null) == 2, source.Cancel);
        }));
        Assert.IsTrue(compressed.Report.WasStopped);
        Assert.AreEqual(seen.Where(one => one.Obstacle is null).Max(one => one.Reward), compressed.Report.Winner.Reward);
        // It is the network of the search: nothing was trained after the stop.
        Assert.AreEqual(compressed.Report.Winner.Measure!.Accuracy, compressed.Report.Student.Measure!.Accuracy);
        Assert.Throws<OperationCanceledException>(() => ml.Model.Compress(teacher, data, more, Small(options => options.CancellationToken = source.Token)));
    }

    [TestMethod]
    public void Constraints_AreKept_OrTheNearestIsNamed()
    {
        var (ml, data, more) = Problem();
        using var teacher = Deep(ml, "fc 24, fc 16, relu").Fit(data);
        using var compressed = ml.Model.Compress(teacher, data, more, Small(options => (options.Strategy, options.MaxParameters, options.Candidates) =
            (CompressionStrategy.Random, 300, 20)));
        Assert.IsLessThanOrEqualTo(300, compressed.Report.Student.Parameters);
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.Compress(teacher, data, more, Small(options =>
            (options.Strategy, options.MaxParameters) = (CompressionStrategy.UniformWidth, 3)))).Message;
        StringAssert.Contains(message, "possible under the constraints. The nearest (layers.0.Width 6, layers.1.Width 4)");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.Compress(teacher, data, more, Small(options =>
            options.MaxMillisecondsPerRow = 1e-9))).Message, "a row takes more than");
    }

    [TestMethod]
    public void WhatCannotBeCompressed_IsRefusedByName()
    {
        var (ml, data, more) = Problem();
        using var teacher = Deep(ml, "fc 24, fc 16, relu").Fit(data);
        var elsewhere = ml.Transforms.NormalizeMinMax("Features").Fit(data);
        StringAssert.Contains(Refused(() => ml.Model.Compress(elsewhere, data, more)), "no network of Microsoft.ML.Extensions");
        StringAssert.Contains(Refused(() => ml.Model.Compress(elsewhere.Append(teacher).Append(teacher), data, more)), "has 2 networks");
        using var solved = TrainerCases.Named("NeuralTangentKernel, multiclass").Fit(ml, data);
        StringAssert.Contains(Refused(() => ml.Model.Compress(solved, data, more)), "NeuralTangentKernel, of which there are no smaller networks");
        var renamed = ml.Transforms.CopyColumns("Other", "Features").Append(ml.Transforms.DropColumns("Features")).Fit(more).Transform(more);
        StringAssert.Contains(Refused(() => ml.Model.Compress(teacher, data, renamed)), "The validation data has no column 'Features'");
        var deep = TrainerCases.Named("DeepNetwork, multiclass");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.Model.Compress(teacher, data, deep.Load(ml, Rows, input: ToyInput.Flat)));
        using var shallow = Deep(ml, "fc 16, relu").Fit(data);
        StringAssert.Contains(Refused(() => ml.Model.Compress(shallow, data, more, Small(options => options.ShrinkSizes = false))),
            "it has one layer, and ShrinkSizes is false");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.Compress(teacher, data, more, Small(options => options.TimeBudget = TimeSpan.FromTicks(1)))).Message,
            "ended before one candidate was trained");
        var forecaster = TrainerCases.Named("ParaRnn, forecast");
        var series = forecaster.Load(ml, Rows);
        using var forecasts = forecaster.Fit(ml, series);
        StringAssert.Contains(Refused(() => ml.Model.Compress(forecasts, series)), "in time order");
    }

    [TestMethod]
    public void Options_ThatContradictEachOther_AreRefused()
    {
        var (ml, data, more) = Problem();
        using var teacher = Deep(ml, "fc 24, fc 16, relu").Fit(data);
        Rejects(options => options.Factors = [0.5, 0.4, 1], "Factors is [0.5, 0.4, 1]");
        Rejects(options => options.Factors = [0.5, 2], "Factors is [0.5, 2]");
        Rejects(options => options.Candidates = 0, "Candidates is 0");
        Rejects(options => options.TimeBudget = TimeSpan.Zero, "TimeBudget is 00:00:00");
        Rejects(options => (options.RemoveLayers, options.ShrinkSizes) = (false, false), "no smaller network");
        Rejects(options => (options.DistillationWeight, options.MixRows) = (0, true), "needs the teacher");
        Rejects(options => options.MinAccuracy = 1.5, "MinAccuracy is 1.5");

        void Rejects(Action<CompressionOptions> change, string expected) =>
            StringAssert.Contains(Refused(() => ml.Model.Compress(teacher, data, more, Small(change))), expected);
    }

    [TestMethod]
    public void TheReport_IsAPageAndATable()
    {
        var (ml, data, more) = Problem();
        using var teacher = Deep(ml, "fc 24, fc 16, relu").Fit(data);
        using var compressed = ml.Model.Compress(teacher, data, more, Small());
        var report = compressed.Report;
        var page = report.ToHtml("Smaller & faster");
        StringAssert.Contains(page, "<h1>Smaller &amp; faster</h1>");
        Assert.AreEqual(report.Candidates.Count(one => one.Measure is not null) + 2, page.Split("<circle ").Length - 1);
        Assert.HasCount(report.Candidates.Count + 1, report.ToCsv().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var front = report.Front;
        Assert.IsTrue(front.Zip(front.Skip(1)).All(pair => pair.First.Parameters < pair.Second.Parameters
            && pair.First.Measure!.Accuracy < pair.Second.Measure!.Accuracy));
        using var file = new TempFile("");
        report.Save(file.Path);
        StringAssert.Contains(File.ReadAllText(file.Path), "<polyline");
    }

    private static string Refused(Action compress) => Assert.ThrowsExactly<ArgumentException>(compress).Message;

    private static CompressionOptions Small(Action<CompressionOptions>? change = null)
    {
        var options = new CompressionOptions { Candidates = 4, CandidateEpochs = 4, FinalEpochs = 4 };
        change?.Invoke(options);
        return options;
    }

    private static (MLContext Ml, IDataView Data, IDataView More) Problem()
    {
        var (ml, trainer) = (new MLContext(1), TrainerCases.Named("DeepNetwork, multiclass"));
        return (ml, trainer.Load(ml, Rows, input: ToyInput.Equal), trainer.Load(ml, Rows, seed: 2, input: ToyInput.Equal));
    }

    private static DeepNetworkTrainer Deep(MLContext ml, string architecture, int members = 1)
    {
        var options = new DeepNetworkOptions { Architecture = architecture, EnsembleSize = members };
        (options.Training.Epochs, options.Training.Seed) = (20, 1);
        return ml.MulticlassClassification.Trainers.DeepNetwork(options);
    }

    /// <summary>An image whose brighter half is its class.</summary>
    private sealed class ImageRow
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType(1, 4, 4)]
        public float[] Features { get; set; } = [];

        public static IDataView Load(MLContext ml, int seed)
        {
            var random = new Random(seed);
            return ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(row => new ImageRow
            {
                Label = (uint)(row % 2),
                Features = [.. Enumerable.Range(0, 16).Select(i => random.NextSingle() + (i / 8 == row % 2 ? 1 : 0))],
            }).ToList());
        }
    }

    private sealed class CandidateList(List<CompressionCandidate> seen, Func<bool> stops, Action stop) : IProgress<CompressionCandidate>
    {
        public void Report(CompressionCandidate value)
        {
            seen.Add(value);
            if (stops())
            {
                stop();
            }
        }
    }
}
