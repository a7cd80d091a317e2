using System.Runtime.ExceptionServices;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A trained ranker as the second stage of a <see cref="Ranker"/>.</summary>
internal sealed class ModelScorer : IDocumentScorer
{
    // Scores have the same bits with any number of cores, since parts have the same documents.
    private const int PartOfDocuments = 25;

    private readonly ITransformer[] _steps;
    private readonly DataViewSchema _schema;
    private readonly string _score;
    private readonly bool _inParts;

    private ModelScorer(ITransformer[] steps, DataViewSchema schema, string score, bool inParts, string fingerprint) =>
        (_steps, _schema, _score, _inParts, Fingerprint) = (steps, schema, score, inParts, fingerprint);

    public string Fingerprint { get; }

    /// <summary>
    /// The ranker of a model, with the steps before it that read only the texts, such as a first stage's score, but not the key of a
    /// group.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The model has no ranker or two, or the ranker needs a column that no such step computes.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static ModelScorer Of(ITransformer model)
    {
        var parts = model.Parts().ToArray();
        var ranker = RankerOf(model);
        var options = NeuralRankingTrainer.OptionsOf(ranker);
        var schema = QueryDocuments.SchemaOf(options.QueryColumnName, options.FeatureColumnName);
        var (steps, current) = (new List<ITransformer>(), schema);
        foreach (var step in parts[..Array.IndexOf(parts, ranker)].Where(step => Reads(step, current)))
        {
            steps.Add(step);
            current = step.GetOutputSchema(current);
        }
        if (options.NumberColumnNames.FirstOrDefault(name => current.GetColumnOrNull(name) is null) is { } missing)
        {
            throw new ArgumentException(
                $"The ranker reads the column '{missing}', which no step of the model makes of query and document; put ml.Transforms.LexicalScore or another step that does into the pipeline, and train again.", nameof(model));
        }
        _ = ranker.GetOutputSchema(current);
        using var lease = ranker.Rent();
        // Without an encoder a query is milliseconds of work, in which the threads of libtorch would wait for each other after every operation.
        var inParts = ranker.Device.type == TorchSharp.DeviceType.CPU && RankingDetails.Of(ranker.Head.Description, options).Encoder is null;
        return new([.. steps, ranker], schema, ranker.Outputs.Score, inParts, Convert.ToHexString(ranker.Fingerprint(lease)));
    }

    /// <summary>The part of a model that NeuralRanking trained.</summary>
    /// <exception cref="ArgumentException">There is none, or there are two.</exception>
    public static NetworkTransformer RankerOf(ITransformer model)
    {
        var rankers = model.Parts().OfType<NetworkTransformer>()
            .Where(part => part.Model.Kind == NeuralRankingTrainer.Network.Name).ToArray();
        return rankers is [var ranker] ? ranker
            : throw new ArgumentException($"The model has {rankers.Length} parts that NeuralRanking trained; a ranker needs one.", nameof(model));
    }

    public float[] Score(string query, IReadOnlyList<string> documents)
    {
        var scores = new float[documents.Count];
        var threads = ThreadCount.Current;
        if (!_inParts || !ThreadCount.CanBeOne)
        {
            using var all = ThreadCount.Hold();
            Score(query, documents, scores);
            return scores;
        }
        var parts = documents.Chunk(PartOfDocuments).ToArray();
        try
        {
            Parallel.For(0, parts.Length, new() { MaxDegreeOfParallelism = threads }, part =>
            {
                using var one = ThreadCount.Hold(1);
                Score(query, parts[part], scores.AsSpan(part * PartOfDocuments, parts[part].Length));
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        return scores;
    }

    private void Score(string query, IReadOnlyList<string> documents, Span<float> scores)
    {
        IDataView view = new QueryDocuments(_schema, query, documents);
        foreach (var step in _steps)
        {
            view = step.Transform(view);
        }
        var column = view.Schema[_score];
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<float>(column);
        for (var row = 0; cursor.MoveNext(); row++)
        {
            getter(ref scores[row]);
        }
    }

    // ML.NET and this package report a missing column by this exception.
    private static bool Reads(ITransformer step, DataViewSchema schema)
    {
        try
        {
            _ = step.GetOutputSchema(schema);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
