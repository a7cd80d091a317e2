using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Benchmarks;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class ImageTextIndexTests
{
    private static readonly MLContext s_ml = new(1);
    private static readonly Lazy<NetworkTransformer> s_model = new(() => ImageTextToy.Fit(
        s_ml, ImageTextToy.Load(s_ml, ImageTextToy.Rows(200)), options =>
            (options.Training.Epochs, options.Training.BatchSize, options.Training.Seed) = (15, 32, TrainedSeed.From(1))));

    [TestMethod, Trained]
    public void ImagesAreFoundBySentences_AndSentencesByImages()
    {
        var rows = ImageTextToy.Rows(ImageTextToy.Kinds, seed: 2);
        var data = ImageTextToy.Load(s_ml, rows);
        using var images = s_model.Value.CreateIndex(s_ml.Transforms.SelectColumns("Id", "Image").Fit(data).Transform(data), ImageTextContent.Images);
        using var sentences = s_model.Value.CreateIndex(s_ml.Transforms.SelectColumns("Id", "Text").Fit(data).Transform(data), ImageTextContent.Sentences);
        Assert.AreEqual((20, ImageTextContent.Images, ImageTextContent.Sentences), (images.Count, images.Content, sentences.Content));
        var found = rows.Count(row => images.Search(row.Text, 5).Any(match => match.Id == row.Id));
        TrainedBound.AtLeast(found, 18, "images among the first 5 for their sentence");
        found = rows.Count(row => sentences.Search(ImageTextToy.Picture(row), 5).Any(match => match.Id == row.Id));
        TrainedBound.AtLeast(found, 18, "sentences among the first 5 for their picture");

        // Rows give what single queries give, and both what the model's own columns give.
        var scores = ImageTextToy.Scores(s_ml, s_model.Value, data);
        var byRows = images.Search(data, ImageTextContent.Sentences, 20);
        for (var row = 0; row < rows.Length; row++)
        {
            var match = byRows[row].Single(match => match.Id == rows[row].Id);
            Assert.AreEqual(scores[row].Score, match.Score, 1e-5f);
            Assert.AreEqual(match.Score, images.Search(rows[row].Text, 20).Single(other => other.Id == match.Id).Score, 1e-5f);
        }
    }

    [TestMethod]
    public void AnIdWithSeveralEntries_IsFoundOnce_ByTheBest_AndRemovedCompletely()
    {
        var rows = ImageTextToy.Rows(6);
        Array.ForEach(rows, row => row.Id = row.Text.Contains("red", StringComparison.Ordinal) ? "red" : "other");
        var data = ImageTextToy.Load(s_ml, rows);
        using var index = s_model.Value.CreateIndex(data, ImageTextContent.Sentences);
        Assert.AreEqual(6, index.Count);
        var scores = index.Search(data, ImageTextContent.Images, 2);
        Assert.IsTrue(scores.All(matches => matches.Select(match => match.Id).Order().SequenceEqual(["other", "red"])));

        using var file = new TempFile("");
        index.Save(file.Path);
        using var loaded = s_model.Value.LoadIndex(file.Path);
        Assert.AreEqual(ImageTextContent.Sentences, loaded.Content);
        CollectionAssert.AreEqual(scores[0].ToArray(), loaded.Search(data, ImageTextContent.Images, 2)[0].ToArray());
        loaded.Add(ImageTextToy.Load(s_ml, [rows[0]]));
        Assert.AreEqual(7, loaded.Count);
        Assert.IsTrue(loaded.Remove("red"));
        Assert.AreEqual(2, loaded.Count);
        Assert.IsFalse(loaded.Remove("red"));
        Assert.AreEqual("other", loaded.Search(data, ImageTextContent.Images, 5)[0].Single().Id);
    }

    [TestMethod]
    public void AnIndexOfAnotherModel_OrAFileThatIsNone_IsRefused()
    {
        var data = ImageTextToy.Load(s_ml, ImageTextToy.Rows(6));
        using var index = s_model.Value.CreateIndex(data, ImageTextContent.Images);
        using var file = new TempFile("");
        index.Save(file.Path);
        using var other = ImageTextToy.Fit(s_ml, data);
        Assert.Contains("not saved by an index of this model", Assert.ThrowsExactly<FormatException>(() => other.LoadIndex(file.Path)).Message);
        File.WriteAllText(file.Path, "no index");
        Assert.Contains("cannot be read", Assert.ThrowsExactly<FormatException>(() => s_model.Value.LoadIndex(file.Path)).Message);
        var none = s_ml.Transforms.CopyColumns("Copy", "Text").Fit(data);
        Assert.Contains("0 parts", Assert.ThrowsExactly<ArgumentException>(() => none.CreateIndex(data, ImageTextContent.Images)).Message);
    }

    [TestMethod]
    public void ASentenceWithoutKnownWords_IsRefused_AndSoIsAnIndexOfAnotherLength()
    {
        var data = ImageTextToy.Load(s_ml, ImageTextToy.Rows(6));
        using var index = s_model.Value.CreateIndex(data, ImageTextContent.Images);
        Assert.Contains("'unheard'", Assert.ThrowsExactly<ArgumentException>(() => index.Search("unheard")).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => index.Search("red", 0));
        using var longer = new DenseIndex(9);
        var e = Assert.ThrowsExactly<ArgumentException>(() => s_model.Value.CreateIndex(data, ImageTextContent.Images, vectors: longer));
        Assert.Contains("9 numbers", e.Message);
        using var own = new DenseIndex(8);
        using (var given = s_model.Value.CreateIndex(data, ImageTextContent.Images, vectors: own))
        {
            Assert.AreEqual(6, own.Count);
            Assert.ThrowsExactly<InvalidOperationException>(() => given.Save("nowhere"));
        }
        Assert.AreEqual(6, own.Count, "the caller's index is not disposed");
    }

    [TestMethod]
    public void AboveTheSize_TheApproximateIndexProposes_AndScoresAreExact()
    {
        const int above = 20;
        var created = new List<USearchIndexAdapter>();
        IVectorIndex Create(int dimensions)
        {
            created.Add(new USearchIndexAdapter(dimensions));
            return created[^1];
        }
        var data = ImageTextToy.Load(s_ml, ImageTextToy.Rows(above));
        using var exact = s_model.Value.CreateIndex(data, ImageTextContent.Images);
        using var index = s_model.Value.CreateIndex(data, ImageTextContent.Images, approximateIndex: Create, approximateAbove: above);
        Assert.IsEmpty(created);
        var more = ImageTextToy.Load(s_ml, ImageTextToy.Rows(60, seed: 2)[above..]);
        exact.Add(more);
        index.Add(more);
        Assert.AreEqual((1, 60), (created.Count, created[0].Count));
        Check(index);
        Assert.IsTrue(exact.Remove("i30") && index.Remove("i30"));
        Assert.AreEqual(59, created[0].Count);
        Check(index);

        using var file = new TempFile("");
        index.Save(file.Path);
        using var loaded = s_model.Value.LoadIndex(file.Path, Create, above);
        Assert.AreEqual((2, 59), (created.Count, created[1].Count));
        Check(loaded);

        void Check(ImageTextIndex other)
        {
            for (var kind = 0; kind < ImageTextToy.Kinds; kind++)
            {
                CollectionAssert.AreEqual(
                    exact.Search(ImageTextToy.Sentence(kind), 5).ToArray(), other.Search(ImageTextToy.Sentence(kind), 5).ToArray());
            }
        }
    }

    [TestMethod]
    public void AnApproximateIndexThatDoesNotFit_IsRefused()
    {
        var data = ImageTextToy.Load(s_ml, ImageTextToy.Rows(6));
        using var given = new DenseIndex(8);
        var e = Assert.ThrowsExactly<ArgumentException>(() => s_model.Value.CreateIndex(
            data, ImageTextContent.Images, vectors: given, approximateIndex: dimensions => new DenseIndex(dimensions)));
        Assert.Contains("Both vectors and approximateIndex", e.Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => s_model.Value.CreateIndex(data, ImageTextContent.Images, approximateAbove: 0));
        var wrong = Assert.ThrowsExactly<InvalidOperationException>(() => s_model.Value.CreateIndex(
            data, ImageTextContent.Images, approximateIndex: _ => new DenseIndex(9), approximateAbove: 1));
        Assert.Contains("approximateIndex created an index of 0 vectors of 9 numbers", wrong.Message);
    }

    [TestMethod]
    public void Searches_AndAdditions_RunConcurrently()
    {
        var rows = ImageTextToy.Rows(ImageTextToy.Kinds);
        using var index = s_model.Value.CreateIndex(ImageTextToy.Load(s_ml, rows), ImageTextContent.Images);
        var expected = index.Search(rows[3].Text, 1)[0];
        Parallel.For(0, 40, work =>
        {
            if (work % 4 == 0)
            {
                index.Add(ImageTextToy.Load(s_ml, [rows[work % rows.Length]]));
            }
            Assert.AreEqual(expected.Score, index.Search(rows[3].Text, 1)[0].Score, 1e-5f);
        });
        Assert.AreEqual(30, index.Count);
    }

    // Steps of a pipeline are used where data has their columns: the path of an image, but no sentence.
    [TestMethod]
    public void APipelineOfImageFiles_IsIndexedFromPathsAlone()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var rows = ImageTextToy.Rows(12);
            foreach (var row in rows)
            {
                row.Path = $"{row.Id}.png";
                using var picture = ImageTextToy.Picture(row);
                picture.Save(Path.Combine(folder.FullName, row.Path));
            }
            var data = s_ml.Data.LoadFromEnumerable(rows.Select(row => new PathRow { Id = row.Id, Path = row.Path, Text = row.Text }).ToArray());
            var trainer = s_ml.Ranking.Trainers.ImageTextMatching(ImageTextToy.Tiny(options => options.FeatureColumnName = "Picture"));
            using var model = s_ml.Transforms.LoadImages("Picture", folder.FullName, "Path").Append(trainer).Fit(data);
            var paths = s_ml.Transforms.SelectColumns("Id", "Path").Fit(data).Transform(data);
            using var index = model.CreateIndex(paths, ImageTextContent.Images);
            Assert.AreEqual(12, index.Count);

            // The same from paths that the trainer reads itself.
            Array.ForEach(rows, row => row.Path = Path.Combine(folder.FullName, row.Path));
            var direct = s_ml.Data.LoadFromEnumerable(rows.Select(row => new PathRow { Id = row.Id, Path = row.Path, Text = row.Text }).ToArray());
            using var alone = ImageTextToy.Fit(s_ml, direct, options => options.FeatureColumnName = "Path");
            CollectionAssert.AreEqual(
                model.Transform(data).GetColumn<float>("Score").ToArray(), alone.Transform(direct).GetColumn<float>("Score").ToArray());

            File.WriteAllText(rows[4].Path, "damaged");
            var e = Assert.ThrowsExactly<InvalidDataException>(() => alone.CreateIndex(direct, ImageTextContent.Images));
            Assert.Contains($"'Path', row 4: the file '{rows[4].Path}'", e.Message);
            Assert.Contains("row 4", Assert.ThrowsExactly<InvalidDataException>(
                () => ImageTextToy.Fit(s_ml, direct, options => options.FeatureColumnName = "Path")).Message);
            using var skipping = ImageTextToy.Fit(s_ml, direct, options =>
                (options.FeatureColumnName, options.Image.Unreadable) = ("Path", UnreadableImages.Skip));
            using var rest = skipping.CreateIndex(direct, ImageTextContent.Images);
            Assert.AreEqual(11, rest.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class PathRow
    {
        public string Id { get; set; } = "";

        public string Path { get; set; } = "";

        public string Text { get; set; } = "";
    }
}
