using System.Text;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>Guides of every kind, trained and untrained, for networks of other kinds.</summary>
[TestClass]
public sealed class GuidedTrainingTests
{
    private const int Rows = 24;

    private readonly string _folder = Directory.CreateTempSubdirectory("guided-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void EveryTrainer_CanBeAGuide_TrainedAndUntrained(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, Rows);
        using var guide = trainer.Fit(ml, data);
        var without = Weights(ml, data, null);
        var trained = Weights(ml, data, guide);
        var untrained = Weights(ml, data, (ITrainingGuide)trainer.Create(ml, trainer.Tiny()));
        CollectionAssert.AreEqual(without, Weights(ml, data, null));
        CollectionAssert.AreNotEqual(without, trained);
        CollectionAssert.AreNotEqual(without, untrained);
        CollectionAssert.AreNotEqual(trained, untrained);

        byte[] Weights(MLContext context, IDataView view, ITrainingGuide? by)
        {
            using var model = trainer.Fit(context, view, options =>
                (options.Training.Seed, options.Training.Guidance) = (1, by is null ? null : new GuidanceOptions { Guide = by }));
            return Safetensors.Save(model.Model.Network);
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void GuidedModel_HasTheFormOfAnUnguidedOne(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, Rows);
        using var guide = Guide(ml, data, trainer);
        using var plain = trainer.Fit(ml, data, options => options.Training.Seed = 3);
        using var guided = trainer.Fit(ml, data, options =>
            (options.Training.Seed, options.Training.Guidance) = (3, new GuidanceOptions { Guide = guide }));
        var (expected, saved) = (Entries(plain), Entries(guided));
        Assert.AreEqual(Encoding.UTF8.GetString(expected[ModelFile.Description]), Encoding.UTF8.GetString(saved[ModelFile.Description]));
        Assert.HasCount(expected[ModelFile.Weights].Length, saved[ModelFile.Weights]);
        CollectionAssert.AreNotEqual(expected[ModelFile.Weights], saved[ModelFile.Weights]);

        Dictionary<string, byte[]> Entries(NetworkTransformer model) => ModelFile.Entries(ModelFile.Save(ml, model, data.Schema))
            .ToDictionary(entry => Path.GetFileName(entry.Key), entry => entry.Value);
    }

    [TestMethod]
    [DataRow("DeepNetwork, multiclass")]
    [DataRow("ParaRnn, multiclass")]
    public void NetworksOfRowsOfOneLength_AndOfAny_GuideEachOther(string student)
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named(student);
        var data = trainer.Load(ml, Rows, input: ToyInput.Equal);
        ITrainingGuide guide = student.StartsWith("Deep", StringComparison.Ordinal)
            ? ml.Regression.Trainers.ParaRnn(Tiny()) : ml.Regression.Trainers.DeepNetwork(new DeepNetworkOptions { Width = 8, Depth = 2 });
        using var model = trainer.Fit(ml, data, options => options.Training.Guidance = new GuidanceOptions { Guide = guide });
        Assert.IsGreaterThan(0, model.Layers.Count);
    }

    [TestMethod]
    public void SolvedModel_Guides_ByItsFeatures()
    {
        var ml = new MLContext(1);
        var data = BasedToy.View(ml, BasedToy.Rows(60, 1));
        using var guide = ml.Regression.Trainers.RandomConvolution(
            new RandomConvolutionOptions { LabelColumnName = "Target", Features = 672 }).Fit(data);
        using var guided = ml.Regression.Trainers.ParaRnn(Tiny(options =>
            (options.LabelColumnName, options.Training.Guidance) = ("Target", new GuidanceOptions { Guide = guide }))).Fit(data);
        using var plain = ml.Regression.Trainers.ParaRnn(Tiny(options => options.LabelColumnName = "Target")).Fit(data);
        CollectionAssert.AreNotEqual(Safetensors.Save(plain.Model.Network), Safetensors.Save(guided.Model.Network));
    }

    [TestMethod]
    public void Guides_ThatReadOtherColumns_AreRefused_ByWhatDiffers()
    {
        var ml = new MLContext(1);
        Refused(ToyInput.Equal, ToyInput.Tokens, "of 2 channels: it was trained on keys 1 to 6");
        Refused(ToyInput.Tokens, ToyInput.Equal, "of keys 1 to 6: it was trained on 2 channels");
        Refused(ToyInput.Equal, ToyInput.Flat, "of 2 channels: it was trained on 1 channels");
        Refused(ToyInput.Frames, ToyInput.Flat, "of images of 3 x 2 x 2: it was trained on 1 channels");
        using var deep = TrainerCases.Named("DeepNetwork, regression").Fit(
            ml, TrainerCases.Named("DeepNetwork, regression").Load(ml, Rows, input: ToyInput.Equal));
        Refusal(ToyInput.Unequal, deep, "it was trained on 2 channels and 8 steps");
        var untrained = ml.Regression.Trainers.DeepNetwork(new DeepNetworkOptions());
        Refusal(ToyInput.Unequal, untrained, "DeepNetwork reads rows of one length");
        Refusal(ToyInput.Tokens, untrained, "DeepNetwork reads no keys");
        Refusal(ToyInput.Equal, ml.Ranking.Trainers.NeuralRanking(RankingToy.Tiny()), "only its own trainer has");
        Refusal(ToyInput.Frames, ml.Transforms.Sequences.LrcnCaption(new LrcnCaptionOptions()), "only its own trainer has");
        using var ranking = RankingToy.Fit(ml, RankingToy.Load(ml, RankingToy.Rows(8)));
        Refusal(ToyInput.Equal, ranking, "reads rows that its own trainer makes");

        void Refused(ToyInput student, ToyInput guide, string expected)
        {
            using var model = TrainerCases.Named("ParaRnn, regression").Fit(
                ml, TrainerCases.Named("ParaRnn, regression").Load(ml, Rows, input: guide));
            Refusal(student, model, expected);
        }

        void Refusal(ToyInput student, ITrainingGuide guide, string expected)
        {
            var trainer = TrainerCases.Named(student.Frame is null ? "ParaRnn, multiclass" : "Lrcn, multiclass");
            var message = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(ml, trainer.Load(ml, Rows, input: student), options =>
                options.Training.Guidance = new GuidanceOptions { Guide = guide })).Message;
            StringAssert.Contains(message, "Training.Guidance.Guide cannot read column 'Features'");
            StringAssert.Contains(message, expected);
        }
    }

    [TestMethod]
    public void NetworksWithoutLayers_AreNotGuided_AndDoNotGuide()
    {
        var ml = new MLContext(1);
        var (trainer, kernel) = (TrainerCases.Named("ParaRnn, regression"), TrainerCases.Named("NeuralTangentKernel, regression"));
        var data = trainer.Load(ml, Rows, input: ToyInput.Equal);
        using var solved = kernel.Fit(ml, data);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(ml, data, options =>
                options.Training.Guidance = new GuidanceOptions { Guide = solved })).Message, "Guide has no layers");
        var texts = ml.Data.LoadFromEnumerable(Enumerable.Repeat(new { Text = "a b a b a b" }, 20));
        var language = new LanguageModelOptions();
        (language.Training.Epochs, language.Training.Guidance) = (1, new GuidanceOptions { Guide = ml.Regression.Trainers.ParaRnn(Tiny()) });
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.TrainLanguageModel(texts, "Text", language)).Message,
            "The network in training has no layers");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => RankingToy.Fit(ml, RankingToy.Load(ml, RankingToy.Rows(8)), options =>
                options.Training.Guidance = new GuidanceOptions { Guide = ml.Regression.Trainers.ParaRnn(Tiny()) })).Message,
            "The network in training has no layers");
    }

    [TestMethod]
    public void EnsembleThatGuides_DoesSoByItsFirstNetwork_UnlessLayersNameAnother()
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named("Recurrent, regression");
        var data = trainer.Load(ml, Rows);
        using var guide = trainer.Fit(ml, data, options => options.EnsembleSize = 2);
        string[] layers = ["embedding", "blocks.0", "pooling"];
        var first = Weights(0);
        CollectionAssert.AreEqual(first, Weights(null));
        CollectionAssert.AreNotEqual(first, Weights(1));

        byte[] Weights(int? member)
        {
            using var model = trainer.Fit(ml, data, options => (options.Training.Seed, options.Training.Guidance) = (1, new GuidanceOptions
            {
                Guide = guide,
                Layers = member is null ? null : [.. layers.Select(layer => new GuidedLayer($"members.{member}.{layer}", layer))],
            }));
            return Safetensors.Save(model.Model.Network);
        }
    }

    [TestMethod]
    public void DisposedGuide_IsRefused_AndOneInUseIsFreedAfterwards()
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named("ParaRnn, regression");
        var data = trainer.Load(ml, Rows);
        var guide = trainer.Fit(ml, data);
        var during = new ProgressList(_ => guide.Dispose());
        using var model = trainer.Fit(ml, data, options =>
            (options.Training.Guidance, options.Training.Progress) = (new GuidanceOptions { Guide = guide }, during));
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(ml, data, options =>
            options.Training.Guidance = new GuidanceOptions { Guide = guide })).Message;
        StringAssert.Contains(message, "Training.Guidance.Guide cannot be used");
        StringAssert.Contains(message, "was disposed");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(ml, data, options =>
                (options.Training.Guidance, options.Training.CheckpointDirectory) = (new GuidanceOptions { Guide = guide }, _folder))).Message,
            "Training.Guidance.Guide cannot be used");
    }

    [TestMethod]
    public void GuidedFit_LeavesNoTensor() => LiveTensors.AssertNoneLeft(() =>
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named("ParaRnn, regression");
        var data = trainer.Load(ml, Rows);
        using var guide = trainer.Fit(ml, data);
        foreach (var by in new ITrainingGuide[] { guide, ml.Regression.Trainers.Aaren() })
        {
            trainer.Fit(ml, data, options => options.Training.Guidance = new GuidanceOptions { Guide = by }).Dispose();
        }
    });

    [TestMethod]
    public void GuideThatOthersScoreWith_GivesTheSameModel_AndTheSameScores()
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named("ParaRnn, regression");
        var data = trainer.Load(ml, 60);
        using var guide = trainer.Fit(ml, data);
        var expected = (Fit(), trainer.Task.Scores(guide.Transform(data)));
        using var stop = new CancellationTokenSource();
        var scoring = Task.Run(() =>
        {
            do
            {
                Scores.AssertSame(expected.Item2, trainer.Task.Scores(guide.Transform(data)));
            }
            while (!stop.IsCancellationRequested);
        });
        CollectionAssert.AreEqual(expected.Item1, Fit());
        stop.Cancel();
        scoring.GetAwaiter().GetResult();

        byte[] Fit()
        {
            using var model = trainer.Fit(ml, data, options =>
                (options.Training.Seed, options.Training.Guidance) = (1, new GuidanceOptions { Guide = guide }));
            return Safetensors.Save(model.Model.Network);
        }
    }

    [TestMethod]
    public void UntrainedGuide_IsDrawnFromItsOwnSeed_OrFromThatOfTheFit()
    {
        CollectionAssert.AreEqual(Fit(1, null), Fit(1, null));
        CollectionAssert.AreNotEqual(Fit(1, null), Fit(1, 5));
        CollectionAssert.AreEqual(Fit(1, 5), Fit(1, 5));
        CollectionAssert.AreNotEqual(Fit(1, 6), Fit(1, 5));
    }

    [TestMethod]
    public void CheckpointOfARunWithAnotherGuide_IsNotContinued()
    {
        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(1, 5, stops: true));
        Assert.HasCount(1, Directory.GetFiles(_folder));
        CollectionAssert.AreEqual(Fit(1, 6), Fit(1, 6, stops: false));
        Assert.HasCount(1, Directory.GetFiles(_folder));
        CollectionAssert.AreEqual(Fit(1, 5), Fit(1, 5, stops: false));
        Assert.IsEmpty(Directory.GetFiles(_folder));
    }

    private byte[] Fit(int seed, int? guideSeed, bool? stops = null)
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named("Recurrent, regression");
        var guide = ml.Regression.Trainers.ParaRnn(Tiny(options => options.Training.Seed = guideSeed));
        using var source = new CancellationTokenSource();
        using var model = trainer.Fit(ml, trainer.Load(ml, Rows), options =>
        {
            (options.Training.Seed, options.Training.Guidance) = (seed, new GuidanceOptions { Guide = guide });
            options.Training.CheckpointDirectory = stops is null ? null : _folder;
            (options.Training.Progress, options.Training.CancellationToken) = (new ProgressList(_ => Stop()), source.Token);
        });
        return Safetensors.Save(model.Model.Network);

        void Stop()
        {
            if (stops == true)
            {
                source.Cancel();
            }
        }
    }

    private static NetworkTransformer Guide(MLContext ml, IDataView data, TrainerCase trainer) =>
        trainer.Fit(ml, data, options => options.Training.Seed = 7);

    private static ParaRnnOptions Tiny(Action<ParaRnnOptions>? change = null)
    {
        var options = new ParaRnnOptions { HiddenSize = 4, Layers = 2, EnsembleSize = 1, Base = SequenceBase.None };
        (options.Training.Epochs, options.Training.Seed) = (2, 1);
        change?.Invoke(options);
        return options;
    }
}
