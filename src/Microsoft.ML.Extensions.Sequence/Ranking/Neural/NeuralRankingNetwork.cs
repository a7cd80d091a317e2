using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using RowBatches = System.Collections.Generic.IEnumerable<(Microsoft.ML.Extensions.Columns.RowStore Store, System.ArraySegment<int> Rows, Microsoft.ML.Extensions.Columns.RowPart Part)>;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Scores packed queries: the architecture's score of the texts plus, with number columns, a weighted sum of the numbers.
/// </summary>
/// <remarks>
/// Scoring rows have one document each, <c>[B, 1]</c>. In training a row is a query with all its documents, from which each step uses a
/// list. With numbers, the network starts as their best sum alone: the texts have no weight until held-out queries show that they improve
/// the score.
/// </remarks>
internal sealed class NeuralRankingNetwork
    : Network, IOwnLoss, IRandomized, IRowMemory, ISolved, IParameterRules, IMining, IMatrixWork
{
    // Pairwise losses take the square of the list's length, so even unsampled lists have a limit.
    private const int LongestList = 4096;

    // The number of queries that the weights of numbers are solved on; few queries determine a few weights.
    private const int SolvedQueries = 128;
    private const int SolvedList = 64;

    // Few queries suffice to measure the spread of the texts' untrained scores.
    private const int ComparedQueries = 16;

    // A training step changes the weight of the texts by this multiple of the learning rate.
    private const double ShareRate = 4;

    private readonly ContextEncoder? encoder;
    private readonly PairModel texts;
    private readonly NumberScore? numbers;
    private readonly Parameter? share;
    private readonly PairFormat _format;
    private readonly PairLimits _limits;
    private readonly RankingHead _head;
    private readonly int _list;
    private readonly NegativeOptions _negatives;
    private double _scale = 1;

    public NeuralRankingNetwork(NeuralRankingOptions options, RankingDetails details, RankingHead head, Generator generator)
        : base(nameof(NeuralRankingNetwork))
    {
        (_format, _limits, _head, _list, _negatives) = (details.Format, options.Limits, head, options.ListSize, options.Negatives);
        var whole = options is { TrainTokenEncoder: true, Architecture: RankingArchitecture.CrossEncoder };
        encoder = details.Encoder is null || whole ? null : options.TrainTokenEncoder ? Trained(options, details.Encoder, head)
            : head.Tokens?.Frozen() ?? FrozenEncoder.Unloaded(details.Encoder);
        var terms = new TermVocabulary(details.Terms);
        var settings = new PairSettings(
            () => encoder is not null ? new ContextTable(encoder.Width)
                : new WordTable(_format.Terms, details.VectorSize, head.TermVectors, options.LearnsVectors, generator),
            TermVocabulary.FirstTerm + (details.Letters?.Terms.Length ?? 0),
            [.. Enumerable.Range(0, _format.Terms).Select(id => (float)terms.InverseDocumentFrequency(id))],
            options.HiddenSize, options.Filters, _limits, options.Dropout, Randomness, generator, encoder is not null);
        texts = whole && details.Encoder is { } read ? new FineTunedCrossEncoder(Trained(options, read, head), settings)
            : PairModels.Create(options.Architecture, settings);
        if (_format.Numbers > 0)
        {
            numbers = new NumberScore(_format.Numbers);
            share = Initial.Zeros(1);
        }
        RegisterComponents();
    }

    public RandomSource Randomness { get; } = new();

    public bool BeginsSolved => numbers is not null;

    public int MiningEpochs => _negatives.Source == RankingNegatives.Mined ? _negatives.MiningEpochs : 0;

    public int MinedNumbers => _negatives.Count;

    public int[]? Mined { get; set; }

    // The scores of some architectures are a hundredth of the sums of numbers: at the run's own rate, their weight would take thousands of
    // steps to grow.
    double IParameterRules.RateFactor(string name) => name == nameof(share) ? ShareRate * _scale : 1;

    public override Tensor forward(InputBatch batch) => Scores(Read(batch, null)).view(batch.Rows, -1);

    public long RowBytes(long steps)
    {
        var documentTerms = Math.Min(steps, (long)_list * _limits.DocumentTerms);
        var vectors = encoder?.Numbers(documentTerms, _limits.DocumentTerms) ?? 0;
        return 4 * (texts.Numbers(Math.Min(_limits.QueryTerms, steps), documentTerms) + vectors);
    }

    // A vector is looked up in a table, and not computed.
    public long Products(long steps) => steps * (IMatrixWork.WeightsOf(this)
        - texts.modules().Where(module => module is WordTable or LetterTable).Sum(IMatrixWork.WeightsOf));

    public Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss)
    {
        var lists = new QueryLists(labels, Counts(batch));
        var random = new Random(training ? Randomness.NextSeed() : 0);
        var among = MiningEpochs > 0 ? Chosen : (Func<float[], int[]>?)null;
        var pairs = Read(batch, (row, count) => lists.Draw(row, count, training ? _list : LongestList, random, among));
        return loss(lists.Padded(Scores(pairs)), lists.Labels(labels.device));
    }

    /// <summary>The vectors of queries or documents, <c>[N, H]</c>, of an architecture whose score is the product of both.</summary>
    /// <param name="rows">Packed queries, each with one document.</param>
    /// <param name="ofQueries">Whether those of the queries.</param>
    public Tensor VectorsOf(float[][] rows, bool ofQueries)
    {
        var width = rows.Max(row => row.Length);
        var values = rows.SelectMany(row => row.Concat(new float[width - row.Length])).ToArray();
        return ((TextCosineModel)texts).Vectors(PairBatch.Of(values, rows.Length, _format, null, parameters().First().device), ofQueries);
    }

    public void Mine(RowStore store, int row, Span<int> mined)
    {
        var labels = store.Label(row);
        var scores = new float[labels.Length / LabelWidth];
        for (var start = 0; start < scores.Length; start += _list)
        {
            using var scope = NewDisposeScope();
            int[] places = [.. Enumerable.Range(start, Math.Min(_list, scores.Length - start))];
            var pairs = PairBatch.Of(store.Values(row), 1, _format, (_, _) => places, parameters().First().device, encoder);
            Scores(pairs).cpu().contiguous().AsSpan().CopyTo(scores.AsSpan(start));
        }
        MinedNegatives.Hardest(scores, labels, _negatives).CopyTo(mined);
    }

    public void Solve(RowBatches batches, bool ofAll, Action checkAlive)
    {
        if (numbers is null)
        {
            return;
        }
        using var scope = NewDisposeScope();
        var queries = NumberLists.Of(batches.Where(batch => ofAll || batch.Part == RowPart.Training), _format.Numbers,
            NumbersOf, SolvedQueries, SolvedList);
        numbers.Standardize(queries.All);
        numbers.Solve(queries.Padded, scores => _head.Loss(scores, queries.Labels, 0).mean(), checkAlive);
        _scale = Scale(batches);
    }

    private static TrainedEncoder Trained(NeuralRankingOptions options, EncoderDescription description, RankingHead head) =>
        head.Tokens?.Trained(options.TokenEncoderLearningRate / options.Training.LearningRate) ?? TrainedEncoder.Unloaded(description);

    private (int Count, float[] Numbers) NumbersOf(RowStore store, int row)
    {
        var unpacked = new PairUnpacker(store.Values(row), 1, _format, null);
        return (unpacked.Documents.Count, [.. unpacked.Numbers]);
    }

    // Of a query with a pool: relevance, what the document is, and the score of a model that teaches.
    private int LabelWidth => _head.LabelsHoldTeacher ? 3 : 2;

    // The ratio of the spread of a query's scores by numbers to that by texts.
    private double Scale(RowBatches batches)
    {
        var wasTraining = training;
        eval();
        using var _ = no_grad();
        var (ofNumbers, ofTexts) = (0d, 0d);
        foreach (var (store, row) in batches.SelectMany(batch => batch.Rows.Select(row => (batch.Store, row))).Take(ComparedQueries))
        {
            using var scope = NewDisposeScope();
            var random = new Random(row);
            var pairs = PairBatch.Of(store.Values(row), 1, _format, (_, count) => QuerySample(count, random), share!.device, encoder);
            ofNumbers += Spread(numbers!.call(pairs.Numbers));
            ofTexts += Spread(texts.call(pairs));
        }
        train(wasTraining);
        return ofNumbers > 0 && ofTexts > 0 ? Math.Sqrt(ofNumbers / ofTexts) : 1;
    }

    private static int[] QuerySample(int count, Random random)
    {
        var places = Enumerable.Range(0, count).ToArray();
        random.Shuffle(places);
        return places[..Math.Min(count, SolvedList)];
    }

    private static double Spread(Tensor scores) => scores.Minus(scores.mean()).Squared().sum().Item<float>();

    private Tensor Scores(PairBatch pairs) =>
        numbers is null ? texts.call(pairs) : (texts.call(pairs) * share!).Plus(numbers.call(pairs.Numbers));

    // Held-out queries keep the first documents of their pools, so that the losses of all epochs are of the same lists.
    private int[] Chosen(float[] labels) => MinedNegatives.Chosen(
        labels, LabelWidth, training && Mined is { } mined ? mined.AsSpan(MinedNegatives.Example(labels) * MinedNumbers, MinedNumbers) : [],
        _negatives.Count);

    private PairBatch Read(InputBatch batch, Func<int, int, int[]?>? choose)
    {
        using var values = batch.Values.cpu().contiguous();
        return PairBatch.Of(values.AsSpan(), batch.Rows, _format, choose, batch.Values.device, encoder);
    }

    private static int[] Counts(InputBatch batch)
    {
        using var counts = batch.Values.select(1, 0).cpu().contiguous();
        return [.. counts.AsSpan().ToArray().Select(count => (int)count)];
    }
}
