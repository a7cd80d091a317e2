using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What the suite asks of every trainer, of one whose rows are images and sentences.</summary>
[TestClass]
public sealed class ImageTextTests
{
    private static IEnumerable<object[]> Channels => Enum.GetValues<TextChannel>().Select(value => new object[] { value });

    private static IEnumerable<object[]> Goals =>
        from objective in Enum.GetValues<ImageTextObjective>()
        from negatives in Enum.GetValues<ImageTextNegatives>()
        select new object[] { objective, negatives };

    [TestMethod]
    [DynamicData(nameof(Channels))]
    public void SavedAndLoaded_ScoresTheSame_InAnyOrder_AndOneByOne(TextChannel channel)
    {
        var ml = new MLContext(1);
        var rows = ImageTextToy.Rows(24);
        (rows[21].Text, rows[22].Text, rows[23].Text) = ("", "unheard of", "a red");
        var data = ImageTextToy.Load(ml, rows);
        using var model = ImageTextToy.Fit(ml, ImageTextToy.Load(ml, rows[..20]), options => options.Text.Channel = channel);
        var scores = ImageTextToy.Scores(ml, model, data);
        AreGood(scores);

        var loaded = ModelFile.Load(ml, ModelFile.Save(ml, model, data.Schema));
        AreEqual(scores, ImageTextToy.Scores(ml, loaded, data), 0, "loaded");
        var turned = ImageTextToy.Scores(ml, model, ImageTextToy.Load(ml, rows.Reverse())).Reverse().ToArray();
        AreEqual(scores, turned, 1e-5f, "in another order");
        AreEqual(scores, [.. rows.Select(row => ImageTextToy.Scores(ml, model, ImageTextToy.Load(ml, [row]))[0])], 1e-5f, "one by one");
    }

    [TestMethod]
    public void APredictionEngine_ScoresTheSame_OfFeaturesAndVectors()
    {
        var ml = new MLContext(1);
        var rows = ImageTextToy.Rows(20);
        var data = ImageTextToy.Load(ml, rows);
        using var model = ImageTextToy.Fit(
            ml, data, options => (options.FeatureColumnName, options.TextColumnName) = ("Features", "Words"));
        var scores = ImageTextToy.Scores(ml, model, data);
        AreGood(scores);
        using var engine = ml.Model.CreatePredictionEngine<ImageTextToyRow,
            ImageTextToyScore>(model, new PredictionEngineOptions { OwnsTransformer = false });
        AreEqual(scores, [.. rows.Select(row => engine.Predict(row))], 1e-5f, "by an engine");
    }

    [TestMethod, Trained]
    [DynamicData(nameof(Goals))]
    public void EveryObjectiveWithEveryNegative_FindsImagesAndSentences(ImageTextObjective objective, ImageTextNegatives negatives)
    {
        var ml = new MLContext(1);
        using var model = ImageTextToy.Fit(ml, ImageTextToy.Load(ml, ImageTextToy.Rows(200)), options =>
        {
            (options.FeatureColumnName, options.Objective, options.Negatives) = ("Features", objective, negatives);
            (options.Training.Epochs, options.Training.BatchSize, options.Training.Seed) = (20, 32, TrainedSeed.From(1));
        });
        var metrics = ml.Ranking.EvaluateImageText(model.Transform(ImageTextToy.Load(ml, ImageTextToy.Rows(ImageTextToy.Kinds, seed: 2))));
        TrainedBound.AtLeast(metrics.ImageSearch.RecallAt5, 0.9, "R@5 of image search");
        TrainedBound.AtLeast(metrics.Annotation.RecallAt5, 0.9, "R@5 of annotation");
    }

    [TestMethod, Trained]
    [DynamicData(nameof(Channels))]
    public void EveryChannel_LearnsFromPixels(TextChannel channel)
    {
        var ml = new MLContext(1);
        using var model = ImageTextToy.Fit(ml, ImageTextToy.Load(ml, ImageTextToy.Rows(200)), options =>
        {
            options.Text.Channel = channel;
            (options.Training.Epochs, options.Training.BatchSize, options.Training.Seed) = (15, 32, TrainedSeed.From(1));
        });
        var metrics = ml.Ranking.EvaluateImageText(model.Transform(ImageTextToy.Load(ml, ImageTextToy.Rows(ImageTextToy.Kinds, seed: 2))));
        TrainedBound.AtLeast(metrics.ImageSearch.RecallAt5, 0.9, "R@5 of image search");
        TrainedBound.AtLeast(metrics.Annotation.RecallAt5, 0.9, "R@5 of annotation");
    }

    [TestMethod, Trained]
    [DataRow("Image", "Text")]
    [DataRow("Features", "Text")]
    [DataRow("Image", "Words")]
    [DataRow("Features", "Words")]
    public void ABaseAlone_FindsImagesAndSentences_WithoutAnEpoch(string image, string text)
    {
        var ml = new MLContext(1);
        var data = ImageTextToy.Load(ml, ImageTextToy.Rows(200));
        using var model = ImageTextToy.Fit(ml, data, options =>
        {
            (options.FeatureColumnName, options.TextColumnName, options.BaseWeight) = (image, text, 1);
            options.Training.Seed = TrainedSeed.From(1);
        });
        Assert.IsEmpty(model.History);
        var metrics = ml.Ranking.EvaluateImageText(model.Transform(ImageTextToy.Load(ml, ImageTextToy.Rows(ImageTextToy.Kinds, seed: 2))));
        TrainedBound.AtLeast(metrics.ImageSearch.RecallAt5, 0.9, "R@5 of image search");
        TrainedBound.AtLeast(metrics.Annotation.RecallAt5, 0.9, "R@5 of annotation");
    }

    [TestMethod]
    public void TheScore_IsTheWeightedMeanOfTheCosinesOfBaseAndNetwork()
    {
        var ml = new MLContext(1);
        var data = ImageTextToy.Load(ml, ImageTextToy.Rows(20));
        using var model = ImageTextToy.Fit(ml, data, options => options.BaseWeight = 0.3);
        var scores = ImageTextToy.Scores(ml, model, data);
        AreGood(scores);
        foreach (var score in scores)
        {
            Assert.AreEqual(0.3f, score.ImageEmbedding.Take(4).Sum(value => value * value), 1e-5f);
            Assert.AreEqual(0.7f, score.TextEmbedding.Skip(4).Sum(value => value * value), 1e-5f);
            Assert.AreEqual(score.ImageEmbedding.Zip(score.TextEmbedding, (one, other) => one * other).Sum(), score.Score, 1e-5f);
        }
    }

    [TestMethod]
    public void ABaseThatLearnsNothing_LeavesVectorsOfLength1()
    {
        var ml = new MLContext(1);
        var rows = ImageTextToy.Rows(2);
        using var model = ImageTextToy.Fit(ml, ImageTextToy.Load(ml, rows), options =>
            (options.BaseWeight, options.Training.ValidationFraction) = (0.5, 0.5));
        AreGood(ImageTextToy.Scores(ml, model, ImageTextToy.Load(ml, ImageTextToy.Rows(8))));
    }

    [TestMethod]
    public void EveryChoice_IsReproducible_AndLeavesNoTensorAlive()
    {
        var ml = new MLContext(1);
        var data = ImageTextToy.Load(ml, ImageTextToy.Rows(20));
        Action<ImageTextMatchingOptions>[] choices =
        [
            .. Each<ReplacedPart>((options, value) => options.Replace = value),
            .. Each<ImageTextNegatives>((options, value) => options.Negatives = value),
            .. Each<ImageTextObjective>((options, value) => options.Objective = value),
            .. Each<TextChannel>((options, value) => options.Text.Channel = value),
            options => (options.Dropout, options.Image.Distortion, options.Text.WordDropout) = (0.3, 0.2, 0.2),
            options => options.Image.Backbone = FrameBackbone.ResNet18,
            options => options.Image.FreezeBackbone = true,
            options => options.ExampleWeightColumnName = "Weight",
            options => options.Training.ValidationFraction = 0.25,
            options => options.BaseWeight = 0.3,
            options => options.BaseWeight = 1,
            options => (options.BaseWeight, options.Text.Channel) = (0.5, TextChannel.Gru),
            options => (options.BaseWeight, options.FeatureColumnName, options.TextColumnName) = (0.5, "Features", "Words"),
            options => (options.BaseWeight, options.Training.ValidationFraction, options.ExampleWeightColumnName) = (0.5, 0.25, "Weight"),
        ];
        foreach (var choice in choices)
        {
            LiveTensors.AssertNoneLeft(() =>
            {
                using var first = ImageTextToy.Fit(ml, data, choice);
                using var second = ImageTextToy.Fit(ml, data, choice);
                using var loaded = (IDisposable)ModelFile.Load(ml, ModelFile.Save(ml, first, data.Schema));
                var scores = ImageTextToy.Scores(ml, first, data);
                AreGood(scores);
                AreEqual(scores, ImageTextToy.Scores(ml, second, data), 0, "again");
                AreEqual(scores, ImageTextToy.Scores(ml, (ITransformer)loaded, data), 0, "loaded");
            });
        }

        static IEnumerable<Action<ImageTextMatchingOptions>> Each<T>(Action<ImageTextMatchingOptions, T> set)
            where T : struct, Enum =>
            Enum.GetValues<T>().Select(value => (Action<ImageTextMatchingOptions>)(options => set(options, value)));
    }

    [TestMethod]
    public void TheShortOverload_IsTheOptionsOverloadWithDefaults()
    {
        var rows = ImageTextToy.Rows(8);
        var (one, other) = (new MLContext(3), new MLContext(3));
        using var first = one.Ranking.Trainers.ImageTextMatching(epochs: 1).Fit(ImageTextToy.Load(one, rows));
        var options = new ImageTextMatchingOptions();
        options.Training.Epochs = 1;
        using var second = other.Ranking.Trainers.ImageTextMatching(options).Fit(ImageTextToy.Load(other, rows));
        CollectionAssert.AreEqual(
            first.Transform(ImageTextToy.Load(one, rows)).GetColumn<float>("Score").ToArray(),
            second.Transform(ImageTextToy.Load(other, rows)).GetColumn<float>("Score").ToArray());
    }

    [TestMethod]
    public void Cancelled_Stops()
    {
        var ml = new MLContext(1);
        Assert.ThrowsExactly<OperationCanceledException>(() => ImageTextToy.Fit(
            ml, ImageTextToy.Load(ml, ImageTextToy.Rows(8)), options =>
                options.Training.CancellationToken = new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public void ARunThatGoesOnFromItsCheckpoint_GivesTheSameModel()
    {
        var ml = new MLContext(1);
        var data = ImageTextToy.Load(ml, ImageTextToy.Rows(20));
        using var whole = ImageTextToy.Fit(ml, data);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            using var source = new CancellationTokenSource();
            Assert.ThrowsExactly<OperationCanceledException>(() => ImageTextToy.Fit(ml, data, options =>
            {
                (options.Training.CheckpointDirectory, options.Training.CancellationToken) = (folder.FullName, source.Token);
                options.Training.Progress = new Cancelling(source);
            }));
            Assert.HasCount(1, folder.GetFiles());
            using var resumed = ImageTextToy.Fit(ml, data, options => options.Training.CheckpointDirectory = folder.FullName);
            AreEqual(ImageTextToy.Scores(ml, whole, data), ImageTextToy.Scores(ml, resumed, data), 0, "resumed");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void Promises_AreKept_AndWrongColumnsAreRefusedBeforeThereIsData()
    {
        var ml = new MLContext(1);
        var data = ImageTextToy.Load(ml, ImageTextToy.Rows(8));
        using var model = ImageTextToy.Fit(ml, data);
        var shape = data.Schema.Shape();
        var promised = ml.Ranking.Trainers.ImageTextMatching(ImageTextToy.Tiny()).GetOutputSchema(shape);
        foreach (var (name, isVector) in new[] { ("ImageEmbedding", true), ("TextEmbedding", true), ("Score", false) })
        {
            var kind = isVector ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.Scalar;
            Assert.AreEqual(kind, promised.Single(column => column.Name == name).Kind, name);
            DataViewType type = isVector ? new VectorDataViewType(NumberDataViewType.Single, 8) : NumberDataViewType.Single;
            Assert.AreEqual(type, model.GetOutputSchema(data.Schema)[name].Type, name);
        }
        Refused("an image (MLImage)", options => options.FeatureColumnName = "Weight");
        Refused("nowhere", options => options.FeatureColumnName = "nowhere");
        Refused("a text", options => options.TextColumnName = "Weight");
        Refused("nowhere", options => options.TextColumnName = "nowhere");

        void Refused(string word, Action<ImageTextMatchingOptions> change)
        {
            var refusing = ml.Ranking.Trainers.ImageTextMatching(ImageTextToy.Tiny(change));
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => refusing.GetOutputSchema(shape)).Message, word, word);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => refusing.Fit(data)).Message, word, word);
        }
    }

    [TestMethod]
    public void ColumnsThatAreNotThoseOfTraining_AreRefused()
    {
        var ml = new MLContext(1);
        var data = ImageTextToy.Load(ml, ImageTextToy.Rows(8));
        using var model = ImageTextToy.Fit(ml, data);
        var other = ml.Transforms.CopyColumns("Image", "Features").Fit(data).Transform(data);
        Assert.Contains("as in training", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(other)).Message);
        other = ml.Transforms.CopyColumns("Text", "Words").Fit(data).Transform(data);
        Assert.Contains("as in training", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(other)).Message);
    }

    [TestMethod]
    public void RowsThatCannotBe_AreNamed_OrLeftOut()
    {
        Refused<InvalidOperationException>("same image", rows => Array.ForEach(rows, row => row.Image = rows[0].Image));
        Refused<InvalidOperationException>("same sentence", rows => Array.ForEach(rows, row => row.Text = "one"));
        Refused<InvalidOperationException>("missing in all 8 rows", rows => Array.ForEach(rows, row => row.Text = " ,"));
        Refused<InvalidDataException>("'Image', row 5: value 7 is NaN", rows => rows[5].Image[7] = float.NaN);
        Refused<InvalidDataException>(
            "'Words', row 5: value 2 is Infinity", rows => rows[5].Words[2] = float.PositiveInfinity,
            options => options.TextColumnName = "Words");

        var ml = new MLContext(1);
        var some = ImageTextToy.Rows(20);
        (some[5].Text, some[6].Image[7]) = ("", float.NaN);
        using var left = ImageTextToy.Fit(
            ml, ImageTextToy.Load(ml, some), options => options.Image.Unreadable = UnreadableImages.Skip);
        using var without = ImageTextToy.Fit(ml, ImageTextToy.Load(ml, [.. some[..5], .. some[7..]]), options =>
            options.Image.Unreadable = UnreadableImages.Skip);
        var data = ImageTextToy.Load(ml, ImageTextToy.Rows(8));
        AreEqual(ImageTextToy.Scores(ml, without, data), ImageTextToy.Scores(ml, left, data), 0, "left out");

        static void Refused<TException>(
            string word, Action<ImageTextToyRow[]> spoil, Action<ImageTextMatchingOptions>? change = null)
            where TException : Exception
        {
            var ml = new MLContext(1);
            var rows = ImageTextToy.Rows(8);
            spoil(rows);
            var e = Assert.ThrowsExactly<TException>(() => ImageTextToy.Fit(ml, ImageTextToy.Load(ml, rows), change));
            Assert.Contains(word, e.Message);
        }
    }

    [TestMethod]
    public void OptionsThatContradict_AreRefused()
    {
        Refused("EnsembleSize is 3", options => options.EnsembleSize = 3);
        Refused("BatchSize is 1", options => options.Training.BatchSize = 1);
        Refused("MissingValues is ForwardFill", options => options.MissingValues = MissingValues.ForwardFill);
        Refused("BackboneWeightsFile", options => options.Image.BackboneWeightsFile = "nowhere");
        Refused("Margin", options => options.Margin = 0);
        Refused("BaseWeight", options => options.BaseWeight = 1.5);
        Refused("EmbeddingSize is 1", options => (options.EmbeddingSize, options.BaseWeight) = (1, 0.5));

        static void Refused(string word, Action<ImageTextMatchingOptions> change) => Assert.Contains(
            word, Assert.ThrowsExactly<ArgumentException>(
                () => new MLContext(1).Ranking.Trainers.ImageTextMatching(ImageTextToy.Tiny(change))).Message);
    }

    private static void AreGood(ImageTextToyScore[] scores)
    {
        foreach (var score in scores)
        {
            Assert.AreEqual(1, score.ImageEmbedding.Sum(value => value * value), 1e-4);
            Assert.AreEqual(1, score.TextEmbedding.Sum(value => value * value), 1e-4);
            Assert.AreEqual(score.ImageEmbedding.Zip(score.TextEmbedding, (x, y) => x * y).Sum(), score.Score, 1e-5);
        }
    }

    private static void AreEqual(ImageTextToyScore[] expected, ImageTextToyScore[] actual, float tolerance, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (var row = 0; row < expected.Length; row++)
        {
            Assert.AreEqual(expected[row].Score, actual[row].Score, tolerance, $"row {row}, {what}");
            for (var place = 0; place < expected[row].ImageEmbedding.Length; place++)
            {
                Assert.AreEqual(expected[row].ImageEmbedding[place], actual[row].ImageEmbedding[place], tolerance, $"row {row}, {what}");
                Assert.AreEqual(expected[row].TextEmbedding[place], actual[row].TextEmbedding[place], tolerance, $"row {row}, {what}");
            }
        }
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => source.Cancel();
    }
}
