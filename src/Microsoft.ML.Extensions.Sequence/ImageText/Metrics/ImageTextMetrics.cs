namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The metrics of image-text matching in both directions.</summary>
/// <remarks>
/// The rank of a true partner is 1 plus the number of wrong ones with at least its score, so a model whose scores are all equal finds
/// nothing.
/// </remarks>
/// <param name="ImageSearch">Images for sentences: each sentence has one image.</param>
/// <param name="Annotation">Sentences for images: of the sentences of an image the best ranked counts.</param>
public sealed record ImageTextMetrics(RetrievalMetrics ImageSearch, RetrievalMetrics Annotation)
{
    /// <summary>The metrics of any scores.</summary>
    /// <param name="score">The score of an image and a sentence.</param>
    /// <param name="images">The number of images.</param>
    /// <param name="imageOf">The image of each sentence.</param>
    internal static ImageTextMetrics Of(Func<int, int, float> score, int images, IReadOnlyList<int> imageOf)
    {
        var (search, best, above) = (new int[imageOf.Count], new float[images], new int[images]);
        Array.Fill(best, float.NegativeInfinity);
        for (var sentence = 0; sentence < imageOf.Count; sentence++)
        {
            var right = score(imageOf[sentence], sentence);
            best[imageOf[sentence]] = Math.Max(best[imageOf[sentence]], right);
            search[sentence] = 1 + Enumerable.Range(0, images)
                .Count(image => image != imageOf[sentence] && score(image, sentence) >= right);
        }
        for (var sentence = 0; sentence < imageOf.Count; sentence++)
        {
            for (var image = 0; image < images; image++)
            {
                above[image] += imageOf[sentence] != image && score(image, sentence) >= best[image] ? 1 : 0;
            }
        }
        return new(
            RetrievalMetrics.Of(search, images), RetrievalMetrics.Of([.. above.Select(count => count + 1)], imageOf.Count));
    }
}
