using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Trains a network that ranks documents for queries by their texts.</summary>
/// <remarks>
/// <para>Create it with <c>ml.Ranking.Trainers.NeuralRanking</c>.</para>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Ranking</description></item>
/// <item><term>Input</term><description>Query and document, each a text; a key of the query, whose rows need not be adjacent; optionally numbers,
/// such as a first stage's score.</description></item>
/// <item><term>Label</term><description>How relevant the document is, 0 for not at all: Single, or a key whose first value is 0.</description></item>
/// <item><term>Output</term><description><c>Score</c>, higher for more relevant documents. It depends on the row alone: not on other documents, their order or their
/// number.</description></item>
/// <item><term>Is normalization required?</term><description>No: terms are learned and numbers standardised inside.</description></item>
/// <item><term>Is caching required?</term><description>No.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.Extensions.Sequence, and TorchSharp-cpu or
/// TorchSharp-cuda-* of version 0.107</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// <para>The vocabulary is built from all texts of the training data and saved with the model; equal terms outside it still match. A query with
/// its documents is one example: batches, the validation set and early stopping count queries.</para>
/// <para>Reference: Guo, Fan, Pang, Yang, Ai, Zamani, Wu, Croft, Cheng, "A Deep Look into Neural Ranking Models for Information Retrieval", 2019, arXiv
/// 1903.06902. Each of <see cref="RankingArchitecture"/> names its own.</para>
/// </remarks>
/// <inheritdoc cref="NeuralRankingCatalog.NeuralRanking(RankingCatalog.RankingTrainers, NeuralRankingOptions)" path="/example"/>
/// <seealso href="../docs/NeuralRanking.html">docs/NeuralRanking.md</seealso>
public sealed class NeuralRankingTrainer : NetworkTrainer<NeuralRankingOptions>
{
    // The default part of the queries that decide whether the network improves on the score of the numbers.
    private const double JudgingPart = 0.2;

    internal NeuralRankingTrainer(IHostEnvironment env, NeuralRankingOptions options)
        : base(env, new RankingTask(options?.Goal), Network, Prepared(options!))
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = new NetworkKind<NeuralRankingOptions>(
        "NeuralRanking", SequenceKind.File,
        (options, _, _, head, generator) => new NeuralRankingNetwork(
            options, RankingDetails.Of(head.Description, options), (RankingHead)head, generator))
    {
        OnlyTask = RankingTask.Loaded,
        CreateTrainer = (env, _, options) => new NeuralRankingTrainer(env, options),
        TakesTokens = false,
        Input = description =>
        {
            var options = description.Options.Deserialize<NeuralRankingOptions>(ModelEntry.Json)!;
            return new PairInput(options, RankingDetails.Of(description.Head, options), description.Input);
        },
    };

    // A file holds the encoder once per network.
    private static NeuralRankingOptions Prepared(NeuralRankingOptions options)
    {
        if (options is { TrainTokenEncoder: true, TokenEncoder: null })
        {
            throw new ArgumentException("TrainTokenEncoder is true and TokenEncoder is null; give the encoder to train, or set TrainTokenEncoder to false.", nameof(options));
        }
        if (options is not { TokenEncoder: not null, EnsembleSize: 0 })
        {
            return options;
        }
        var prepared = OptionsCopy.Of(options);
        prepared.EnsembleSize = 1;
        return prepared;
    }

    /// <summary>The options of a trained ranker.</summary>
    internal static NeuralRankingOptions OptionsOf(NetworkTransformer ranker) => ranker.Options.Deserialize<NeuralRankingOptions>(ModelEntry.Json)!;

    private protected override void CheckInput(SchemaShape schema) => RankingColumns.Check(schema, Options.Roles);

    private protected override ExampleInput Open(IDataView input, TaskKind task, int seed, IChannel channel)
    {
        var widths = RankingColumns.NumbersOf(input.Schema, Options.Roles).Select(column => column.Width()).ToArray();
        var teacher = RankingTeacher.Of(Options.Training);
        var tokens = Options.TokenEncoder is { } encoder
            ? new RankingTokens(encoder, new TokenVectorCache(Options.Settings.RowBytes, CheckAlive)) : null;
        using var lease = tokens?.Encoder.Rent();
        var description = lease?.Use(model => model.Description);
        var survey = Survey(input, task, description is null ? null : new PieceReader(description), channel);
        var (details, vectors) = Options.Known?.Of(Options.EmbeddingSize, Options.Training.Distillation?.Start is not null)
            ?? Learned(survey, widths, seed, description, lease?.Use(model => model.Fingerprint()));
        channel.Tell($"{survey.Queries.Count} queries, {details.Terms.Terms.Length} terms of {details.Terms.Documents} texts.");
        var column = new InputColumn(Options.FeatureColumnName, InputKind.Sequence, 1, 0, 0);
        var pairs = new PairInput(Options, details, column);
        var negatives = Negatives(input, task, seed);
        var teach = negatives is null ? null : teacher?.OfTexts();
        return new ExampleInput(column, ((RankingTask)task).With(details.ToJson(), vectors, tokens), (view, _) => new QueryReader(
            new RankingRows(view, Options.Roles, task, teacher), ReferenceEquals(view, input) && survey.Queries.AreAdjacent, pairs.Coder(),
            Options.Goal, negatives, teach));
    }

    private protected override NetworkTransformer Learn(TrainingContext context)
    {
        try
        {
            return base.Learn(context);
        }
        finally
        {
            (context.Head as RankingHead)?.Tokens?.Cache.EndFit();
        }
    }

    private protected override double ValidationFraction(long rows) =>
        Options.Training.ValidationFraction is null && Options.NumberColumnNames.Length > 0 ? JudgingPart : base.ValidationFraction(rows);

    private (RankingDetails Details, float[]?[]? Vectors) Learned(
        RankingSurvey survey, int[] widths, int seed, EncoderDescription? encoder, string? fingerprint)
    {
        var (terms, letters) = survey.Vocabularies();
        var size = encoder?.Config.Width ?? Options.TermVectors?.Dimensions ?? Options.EmbeddingSize;
        return (
            new RankingDetails(terms.Content, letters?.Content, widths, size, encoder, fingerprint), survey.Vectors(terms, seed, CheckAlive));
    }

    private NegativeSource? Negatives(IDataView input, TaskKind task, int seed)
    {
        if (Options.Negatives.Source == RankingNegatives.Given)
        {
            return null;
        }
        using var rows = new RankingRows(input, Options.Roles, task);
        return NegativeSource.Of(rows, Options, seed, CheckAlive);
    }

    private RankingSurvey Survey(IDataView input, TaskKind task, PieceReader? pieces, IChannel channel)
    {
        using var rows = new RankingRows(input, Options.Roles, task);
        var survey = RankingSurvey.Of(rows, Options, pieces, CheckAlive);
        survey.Queries.CheckMemory(Options, survey.Bytes);
        if (Options.Negatives.Source == RankingNegatives.Given)
        {
            survey.Queries.CheckLabels(Options.GroupColumnName!, Options.Goal, channel);
        }
        return survey;
    }
}
