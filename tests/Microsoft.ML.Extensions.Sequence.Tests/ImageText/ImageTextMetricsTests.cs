using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class ImageTextMetricsTests
{
    [TestMethod]
    public void Ranks_AreOfImagesForSentences_AndOfTheBestSentenceForImages()
    {
        // Image 0 has sentences 0 and 1, image 1 has sentence 2, image 2 has sentence 3.
        float[,] scores = { { .9f, .1f, .8f, .2f }, { .5f, .4f, .3f, .6f }, { .2f, .3f, .7f, .9f } };
        var metrics = ImageTextMetrics.Of((image, sentence) => scores[image, sentence], 3, [0, 0, 1, 2]);
        // Of sentences: ranks 1, 3, 3, 1. Of images: 1, 4, 1.
        Assert.AreEqual(new RetrievalMetrics(4, 3, 0.5, 1, 1, 2), metrics.ImageSearch);
        Assert.AreEqual(new RetrievalMetrics(3, 4, 2 / 3.0, 1, 1, 1), metrics.Annotation);
    }

    [TestMethod]
    public void AModelThatGivesAllTheSameScore_FindsNothing()
    {
        var metrics = ImageTextMetrics.Of((_, _) => 0.5f, 30, [.. Enumerable.Range(0, 30)]);
        Assert.AreEqual(new RetrievalMetrics(30, 30, 0, 0, 0, 30), metrics.ImageSearch);
        Assert.AreEqual(new RetrievalMetrics(30, 30, 0, 0, 0, 30), metrics.Annotation);
    }

    [TestMethod]
    public void RowsOfOneId_AreSentencesOfOneImage()
    {
        var ml = new MLContext(1);
        Row[] rows =
        [
            new() { Id = "a", ImageEmbedding = [1, 0], TextEmbedding = [0, 1] },
            new() { Id = "b", ImageEmbedding = [0, 1], TextEmbedding = [0.1f, 1] },
            new() { Id = "a", ImageEmbedding = [1, 0], TextEmbedding = [1, 0] },
        ];
        var data = ml.Data.LoadFromEnumerable(rows);
        var metrics = ml.Ranking.EvaluateImageText(data, "Id");
        Assert.AreEqual((3, 2), (metrics.ImageSearch.Queries, metrics.ImageSearch.Candidates));
        Assert.AreEqual(2 / 3.0, metrics.ImageSearch.RecallAt1, 1e-9);
        Assert.AreEqual((2, 3, 0.5), (metrics.Annotation.Queries, metrics.Annotation.Candidates, metrics.Annotation.RecallAt1));
        Assert.AreEqual(3, ml.Ranking.EvaluateImageText(data).Annotation.Queries, "each row is an image of its own");
        var none = ml.Data.LoadFromEnumerable<Row>([]);
        Assert.Contains("no rows", Assert.ThrowsExactly<ArgumentException>(() => ml.Ranking.EvaluateImageText(none)).Message);
        rows[1].TextEmbedding = [0, 0];
        Assert.Contains("row 1", Assert.ThrowsExactly<ArgumentException>(() => ml.Ranking.EvaluateImageText(data)).Message);
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";

        [VectorType(2)]
        public float[] ImageEmbedding { get; set; } = [];

        [VectorType(2)]
        public float[] TextEmbedding { get; set; } = [];
    }
}
