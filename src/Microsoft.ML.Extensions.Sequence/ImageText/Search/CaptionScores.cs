using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML;

/// <summary>Ranks given sentences for images by a model that describes images.</summary>
public static class CaptionScores
{
    private const int SentencesTogether = 256;

    /// <summary>
    /// The natural logarithm of the probability of each sentence for each image, <c>[rows][sentences]</c>: the image retrieval of LRCN
    /// (Donahue et al. 2015, arXiv 1411.4389, section 5.2).
    /// </summary>
    /// <remarks>
    /// <see cref="ImageTextMetricsCatalog.EvaluateImageText(RankingCatalog, IReadOnlyList{float[]}, IReadOnlyList{int})"/> measures them.
    /// Longer sentences are less probable, so subtract a sentence's mean over images to compare sentences for one image. Words that the
    /// model does not know count as its unknown word; words after the most that it describes images with are not read.
    /// </remarks>
    /// <param name="model">The model that <c>ml.Transforms.Sequences.LrcnCaption</c> trained, alone or in a pipeline.</param>
    /// <param name="images">The images, as the model reads them.</param>
    /// <param name="sentences">The sentences.</param>
    /// <exception cref="ArgumentException">The model has no part that LrcnCaption trained, or two.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    /// <exception cref="NotSupportedException">The model is an ensemble.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var model = ml.Model.Load("captions.zip", out _);     // LoadFrames and LrcnCaption
    /// var images = ml.Data.LoadFromTextFile("photos.tsv", [new("Path", DataKind.String, 0)]);
    /// foreach (var scores in model.ScoreSentences(images, ["a red circle", "a blue square"]))
    /// {
    ///     Console.WriteLine(string.Join(' ', scores));
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Lrcn.html">docs/Lrcn.md</seealso>
    public static IReadOnlyList<float[]> ScoreSentences(this ITransformer model, IDataView images, IReadOnlyList<string> sentences)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(sentences);
        var parts = model.Parts().ToArray();
        var trained = parts.OfType<NetworkTransformer>().Where(part => part.Model.Kind == LrcnCaptionTrainer.Network.Name).ToArray();
        if (trained is not [var caption])
        {
            throw new ArgumentException($"The model has {trained.Length} parts that LrcnCaption trained; one is needed.", nameof(model));
        }
        var view = ModelSteps.Apply(parts[..Array.IndexOf(parts, caption)], images);
        using var lease = caption.Rent();
        return lease.Use(network => network is CaptionNetwork captions ? Scores(captions, view, sentences)
            : throw new NotSupportedException(
                "The model is an ensemble, whose sentences have no common probability; set EnsembleSize to 1."));
    }

    private static List<float[]> Scores(CaptionNetwork network, IDataView view, IReadOnlyList<string> sentences)
    {
        var column = network.Input.Bind(view.Schema);
        using var cursor = view.GetRowCursor([column]);
        var reader = InputReader.Create(cursor, column, network.Input, MissingValues.Error, network.Range);
        var (scores, store, device) = (new List<float[]>(), new RowStore(), network.parameters().First().device);
        using var none = no_grad();
        while (cursor.MoveNext())
        {
            var values = reader.Read();
            store.Clear();
            store.Add(values, values.Length / network.Input.Channels, [], 1);
            using var scope = NewDisposeScope();
            var features = network.Features(BatchBuilder.Inputs(store, [0], network.Input, device));
            scores.Add([.. sentences.Chunk(SentencesTogether).SelectMany(
                some => network.LogProbabilities(features, some).cpu().contiguous().AsSpan().ToArray())]);
        }
        return scores;
    }
}
