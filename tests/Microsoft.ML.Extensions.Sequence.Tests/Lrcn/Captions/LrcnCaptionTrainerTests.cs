using System.Text.Json.Nodes;
using Microsoft.ML.Extensions.Sequence.Tests.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lrcn.Captions;

/// <summary>Images made by a grammar, described by it.</summary>
[TestClass]
public sealed class LrcnCaptionTrainerTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod, Trained]
    public void SentencesOfTheGrammar_AreLearned()
    {
        var train = DescribedShapes.ToDataView(Ml, DescribedShapes.Rows(400, TrainedSeed.From(1)));
        var test = DescribedShapes.Rows(100, TrainedSeed.From(2));
        using var model = Trainer(30).Fit(train);
        var sentences = model.Transform(DescribedShapes.ToDataView(Ml, test)).Texts("PredictedLabel");
        // Words of the grammar in its order; whole sentences are measured by the benchmark.
        TrainedBound.AtLeast(sentences.Average(sentence => IsOfTheGrammar(sentence.Split(' ')) ? 1 : 0), 1, "sentences of the grammar");
        var right = sentences.Zip(test)
            .Sum(pair => pair.First.Split(' ').Zip(pair.Second.Label.Split(' ')).Count(words => words.First == words.Second));
        // By the odds of the grammar, one and the same sentence has .47, one that tells only how the shapes stand .64.
        TrainedBound.Above(right / (double)test.Sum(row => row.Label.Split(' ').Length), 0.68, "right words");

        static bool IsOfTheGrammar(string[] words) => words is ["a", _, _, "left", "of", "a", _, _] or ["a", _, _, "above", "a", _, _];
    }

    [TestMethod, Trained]
    public void GivenSentences_AreRankedForImages()
    {
        var train = DescribedShapes.ToDataView(Ml, DescribedShapes.Rows(400, TrainedSeed.From(1)));
        using var model = Trainer(30, options => options.EnsembleSize = 1).Fit(train);
        SequenceRow[] test = [.. DescribedShapes.Rows(60, TrainedSeed.From(2)).DistinctBy(row => row.Label).Take(30)];
        var scores = model.ScoreSentences(DescribedShapes.ToDataView(Ml, test), [.. test.Select(row => row.Label)]);
        var metrics = Ml.Ranking.EvaluateImageText(scores, [.. Enumerable.Range(0, test.Length)]);
        // By chance a third.
        TrainedBound.AtLeast(metrics.ImageSearch.RecallAt10, 0.6, "R@10 of image search");
        TrainedBound.AtLeast(metrics.Annotation.RecallAt10, 0.6, "R@10 of annotation");
        Assert.Contains("0 parts", Assert.ThrowsExactly<ArgumentException>(
            () => Ml.Transforms.CopyColumns("Copy", "Label").Fit(train).ScoreSentences(train, ["a"])).Message);
        Assert.Contains("needs 2 scores", Assert.ThrowsExactly<ArgumentException>(
            () => Ml.Ranking.EvaluateImageText([[1f], [2f]], [0, 1])).Message);
        Assert.Contains("each image needs one", Assert.ThrowsExactly<ArgumentException>(
            () => Ml.Ranking.EvaluateImageText([[1f, 2], [2f, 1]], [0, 0])).Message);
    }

    [TestMethod]
    public void SavedModel_DescribesAsBefore_InPredictionEngineToo()
    {
        var rows = DescribedShapes.Rows(20, 1);
        var data = DescribedShapes.ToDataView(Ml, rows);
        using var model = Trainer(1).Fit(data);
        var view = model.Transform(data);
        var loaded = TransformChecks.Reload(Ml, model, data.Schema);
        CollectionAssert.AreEqual(view.Texts("PredictedLabel"), loaded.Transform(data).Texts("PredictedLabel"));
        CollectionAssert.AreEqual(view.Values<float>("Score"), loaded.Transform(data).Values<float>("Score"));
        using var engine = Ml.Model.CreatePredictionEngine<SequenceRow, Sentence>(loaded, data.Schema);
        Assert.AreEqual(view.Texts("PredictedLabel")[0], engine.Predict(rows[0]).PredictedLabel);
        Assert.AreEqual(view.Values<float>("Score")[0], engine.Predict(rows[0]).Score, 1e-4f);
    }

    [TestMethod]
    public void Estimator_PromisesTheColumnsThatItDelivers() =>
        TransformChecks.FitAndCheck(Ml, new Untyped(Trainer(1)), DescribedShapes.ToDataView(Ml, DescribedShapes.Rows(9, 1)));

    [TestMethod, Trained]
    public void WiderBeam_IsNeverLessLikelyThanGreedy()
    {
        var data = DescribedShapes.ToDataView(Ml, DescribedShapes.Rows(60, TrainedSeed.From(1)));
        float[] Scores(int beam)
        {
            using var model = Trainer(2, options => (options.BeamSize, options.LengthNormalization) = (beam, 0)).Fit(data);
            return [.. model.Transform(data).Values<float>("Score")];
        }
        TrainedBound.Above(Scores(1).Zip(Scores(4), (greedy, wide) => wide - greedy).Min(), -1e-4, "log-probability beyond greedy's");
    }

    [TestMethod]
    [DataRow(1e20f)]
    [DataRow(float.MinValue)]
    [DataRow(float.NaN)]
    public void ValueThatCannotBeComputedWith_IsRefusedByColumnRowAndPlace_AndWritesNoSentence(float value)
    {
        var rows = DescribedShapes.Rows(12, 1);
        using var model = Trainer(1).Fit(DescribedShapes.ToDataView(Ml, rows));
        rows[4].Features[1] = value;
        var view = model.Transform(DescribedShapes.ToDataView(Ml, rows));
        var e = Assert.ThrowsExactly<InvalidDataException>(() => view.Texts("PredictedLabel"));
        StringAssert.Contains(e.Message, "Column 'Features', row 4");
    }

    [TestMethod]
    public void HugeValueAmongTheRowsOfTraining_LeavesFiniteScores()
    {
        var rows = DescribedShapes.Rows(12, 1);
        rows[4].Features[1] = float.MinValue;
        var data = DescribedShapes.ToDataView(Ml, rows);
        using var model = Trainer(1).Fit(data);
        Assert.IsTrue(model.Transform(data).Values<float>("Score").All(float.IsFinite));
    }

    [TestMethod]
    public void RowsWithoutASentence_AreLeftOut()
    {
        var rows = DescribedShapes.Rows(12, 1);
        rows[3].Label = " ";
        using var model = Trainer(1).Fit(DescribedShapes.ToDataView(Ml, rows));
        Assert.IsTrue(model.Transform(DescribedShapes.ToDataView(Ml, rows)).Texts("PredictedLabel").All(sentence => sentence.Length > 0));
    }

    [TestMethod]
    public void WordsThatAreTooRare_AreNeverWritten()
    {
        var rows = DescribedShapes.Rows(30, 1);
        rows[0].Label = "something else";
        using var model = Trainer(1, options => options.MinWordCount = 2).Fit(DescribedShapes.ToDataView(Ml, rows));
        Assert.IsFalse(model.Transform(DescribedShapes.ToDataView(Ml, rows)).Texts("PredictedLabel")
            .Any(sentence => sentence.Contains("something", StringComparison.Ordinal)));
        var e = Assert.ThrowsExactly<InvalidOperationException>(
            () => Trainer(1, options => options.MinWordCount = 1000).Fit(DescribedShapes.ToDataView(Ml, rows)));
        StringAssert.Contains(e.Message, "'Label' has no word that occurs 1000 times");
    }

    [TestMethod]
    public void OptionsAndColumnsThatCannotBe_AreRefused()
    {
        StringAssert.Contains(Refused(options => options.EnsembleSize = 5), "EnsembleSize is 5");
        StringAssert.Contains(
            Refused(options => options.Training.ClassWeights = ClassWeighting.Balanced), "Training.ClassWeights is Balanced");
        StringAssert.Contains(Refused(options => options.BeamSize = 0), "BeamSize is 0");
        Assert.ThrowsExactly<ArgumentNullException>(() => Ml.Transforms.Sequences.LrcnCaption(null!));
        var data = DescribedShapes.ToDataView(Ml, DescribedShapes.Rows(9, 1));
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Transforms.Sequences.LrcnCaption("Target").Fit(data));
        StringAssert.Contains(e.Message, "Label column 'Target' must be a text");
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(1_000_000)]
    [DataRow(int.MaxValue)]
    public void FileWithSentencesOfAnotherLength_IsRefused(int outputs)
    {
        var data = DescribedShapes.ToDataView(Ml, DescribedShapes.Rows(9, 1));
        using var model = Trainer(1).Fit(data);
        var changed = ModelFile.WithDescription(
            ModelFile.Save(Ml, model, data.Schema), json => json["Model"]!["Head"]!["Outputs"] = outputs);
        var e = Assert.Throws<Exception>(() => ModelFile.Load(new MLContext(1), changed));
        StringAssert.Contains($"{e}", $"The sentences have {outputs - 1} words, and MaxWords is 20");
    }

    [TestMethod]
    public void SentencesAreOfThisNetworkAlone_AndItGivesNothingElse()
    {
        var data = DescribedShapes.ToDataView(Ml, DescribedShapes.Rows(9, 1));
        using var model = Trainer(1).Fit(data);
        var file = ModelFile.Save(Ml, model, data.Schema);
        Assert.Contains("The task is 'Multiclass', which this network does not support",
            Refusal(file, json => json["Model"]!["Head"]!["Task"] = "Multiclass"));
        Assert.Contains("The task is 'Sentence', which this network does not support",
            Refusal(file, json => json["Model"]!["Network"] = "Lrcn"));
        Assert.Contains("a task 'Poem', which this version of the package does not know",
            Refusal(file, json => json["Model"]!["Head"]!["Task"] = "Poem"));
    }

    private static string Refusal(byte[] file, Action<JsonNode> change) =>
        $"{Assert.Throws<Exception>(() => ModelFile.Load(new MLContext(1), ModelFile.WithDescription(file, change)))}";

    private static string Refused(Action<LrcnCaptionOptions> change) =>
        Assert.ThrowsExactly<ArgumentException>(() => Trainer(1, change)).Message;

    private static LrcnCaptionTrainer Trainer(int epochs, Action<LrcnCaptionOptions>? change = null)
    {
        var options = new LrcnCaptionOptions { ConvolutionChannels = 8 };
        (options.Training.Epochs, options.Training.Seed, options.Training.LearningRate) = (epochs, TrainedSeed.From(1), 0.01);
        change?.Invoke(options);
        return Ml.Transforms.Sequences.LrcnCaption(options);
    }

    private sealed class Sentence
    {
        public string PredictedLabel { get; set; } = "";

        public float Score { get; set; }
    }

    private sealed class Untyped(IEstimator<NetworkTransformer> estimator) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => estimator.Fit(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => estimator.GetOutputSchema(inputSchema);
    }
}
