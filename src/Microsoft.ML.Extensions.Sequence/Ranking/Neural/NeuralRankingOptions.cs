using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="NeuralRankingTrainer"/>.</summary>
/// <remarks>
/// The feature column is the document, by default <c>Document</c>; the group column holds the key of the query, by default <c>GroupId</c>.
/// Where the training options refer to rows, a ranker counts queries with their documents.
/// </remarks>
public sealed class NeuralRankingOptions : NetworkTrainerOptions, ICheckedOptions
{
    /// <summary>The defaults.</summary>
    public NeuralRankingOptions() => (FeatureColumnName, GroupColumnName) = ("Document", "GroupId");

    /// <summary>The query, a text that is the same in all rows of a group. The default is <c>Query</c>.</summary>
    [Required]
    public string QueryColumnName { get; set; } = "Query";

    /// <summary>
    /// Columns of Single or vectors of Single that the score also depends on, such as a first stage's score. Training starts with the best
    /// weighted sum of them, and the network is kept only where it lowers the loss of held-out queries by more than a standard error. The
    /// default is none.
    /// </summary>
    public string[] NumberColumnNames { get; set; } = [];

    /// <summary>
    /// A Single with a teacher's score, for <see cref="RankingObjective.MarginSquaredError"/>. The default, null, is none.
    /// </summary>
    public string? TeacherColumnName { get; set; }

    /// <summary>How texts become terms.</summary>
    [Required]
    public TextAnalyzerOptions Text { get; set; } = new();

    /// <summary>The smallest number of texts with a term of the vocabulary, 1 to 1,000,000. The default is 1.</summary>
    [Range(1, 1_000_000)]
    public int MinDocumentFrequency { get; set; } = 1;

    /// <summary>
    /// The largest size of the vocabulary, of the most frequent terms, 1 to 1,000,000. Other terms match only themselves. The default is
    /// 50,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxTerms { get; set; } = 50_000;

    /// <summary>The number of terms of a query to read, from its beginning, 1 to 65,536. The default is 32.</summary>
    [Range(1, PairFormat.MostTerms)]
    public int MaxQueryTerms { get; set; } = 32;

    /// <summary>The number of terms of a document to read, from its beginning, 1 to 65,536. The default is 256.</summary>
    [Range(1, PairFormat.MostTerms)]
    public int MaxDocumentTerms { get; set; } = 256;

    /// <summary>The architecture of the network. The default is <see cref="RankingArchitecture.KNrm"/>.</summary>
    public RankingArchitecture Architecture { get; set; } = RankingArchitecture.KNrm;

    /// <summary>The training objective. The default is <see cref="RankingObjective.Softmax"/>.</summary>
    public RankingObjective Objective { get; set; } = RankingObjective.Softmax;

    /// <summary>
    /// For <see cref="RankingObjective.PairwiseHinge"/>: the margin between the scores of a pair, above 0 and at most 1,000. The default is
    /// 1.
    /// </summary>
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double Margin { get; set; } = 1;

    /// <summary>For <see cref="RankingObjective.Softmax"/>: the divisor of scores, 0.001 to 1,000. The default is 1.</summary>
    [Range(0.001, 1000.0)]
    public double Temperature { get; set; } = 1;

    /// <summary>
    /// The most documents of a query in a training step, 2 to 1,000,000. From longer lists documents are sampled anew in each epoch, half
    /// of them relevant where there are enough. The default is 32.
    /// </summary>
    [Range(2, 1_000_000)]
    public int ListSize { get; set; } = 32;

    /// <summary>Documents of other queries that each query is trained with, in addition to its own. The default adds none.</summary>
    [Required]
    public NegativeOptions Negatives { get; set; } = new();

    /// <summary>
    /// The initial term vectors; a term without one matches only itself. They are part of the saved model. The default, null, learns them
    /// from the texts of the training data (<see cref="WordVectors.Learn"/>), or from the first of them where they exceed the memory
    /// budget.
    /// </summary>
    [JsonIgnore]
    public WordVectors? TermVectors { get; set; }

    /// <summary>
    /// Reads texts by an encoder: the terms are its word pieces, and the vector of each depends on the text around it. It is not trained
    /// unless <see cref="TrainTokenEncoder"/> is set, and
    /// the saved model contains it, once per network; so <see cref="NetworkTrainerOptions.EnsembleSize"/> is 1 unless it is set. Texts are
    /// truncated after its <see cref="TextEncoder.MaxTokens"/>, or earlier by <see cref="MaxQueryTerms"/> and <see
    /// cref="MaxDocumentTerms"/>.
    /// Vectors are kept during the fit up to <see cref="TrainingOptions.MemoryBudgetMegabytes"/>. The default, null, uses term vectors.
    /// The fit
    /// does not dispose it.
    /// </summary>
    [JsonIgnore]
    public TextEncoder? TokenEncoder { get; set; }

    /// <summary>
    /// Whether <see cref="TokenEncoder"/> is fine-tuned with the ranker, on a copy: its vectors then change in training. With <see
    /// cref="RankingArchitecture.CrossEncoder"/> it reads query and document as one sequence (Nogueira and Cho 2019, arXiv 1901.04085).
    /// Every step computes the encoder forward and backward for each document, so a small <see cref="ListSize"/>, few epochs and a GPU
    /// (<see cref="TrainingOptions.Device"/>) are advisable. The default is false.
    /// </summary>
    public bool TrainTokenEncoder { get; set; }

    /// <summary>
    /// The learning rate of the encoder's weights where they are trained, 1e-8 to 0.1; it follows the schedule of <see
    /// cref="TrainingOptions.LearningRate"/>, which all other weights have. The default is 2e-5, the smallest of BERT's paper (Devlin et al.
    /// 2018, arXiv 1810.04805, appendix A.3).
    /// </summary>
    [Range(1e-8, 0.1)]
    public double TokenEncoderLearningRate { get; set; } = 2e-5;

    /// <summary>
    /// The length of term vectors if none are given, 1 to 4,096; vectors learned from the texts have at most 1,024 numbers. The default is
    /// 64.
    /// </summary>
    [Range(1, 4096)]
    [Choice(new object[] { 16, 32, 64, 128, 256 }, 64)]
    public int EmbeddingSize { get; set; } = 64;

    /// <summary>
    /// Whether term vectors are trained, for architectures that can train them. They have many parameters, and a few hundred judged
    /// queries are too few for them. The default is false.
    /// </summary>
    [BooleanChoice(false)]
    public bool LearnTermVectors { get; set; }

    /// <summary>The width of dense layers, 1 to 8,192. The default is 64.</summary>
    [Range(1, 8192)]
    [Choice(new object[] { 16, 32, 64, 128, 256 }, 64)]
    public int HiddenSize { get; set; } = 64;

    /// <summary>The channels of convolutions, 1 to 4,096. The default is 16.</summary>
    [Range(1, 4096)]
    [Choice(new object[] { 4, 8, 16, 32, 64, 128 }, 16)]
    public int Filters { get; set; } = 16;

    /// <summary>The part of hidden values set to 0 in training, 0 to 0.9. The default is 0.1.</summary>
    [Range(0.0, 0.9)]
    public double Dropout { get; set; } = 0.1;

    // The rows of a query are one example, so that no split of examples cuts a group.
    internal override string? RowGroups => null;

    internal RankingGoal Goal => new(Objective, Margin, Temperature, Training?.Distillation is { Weight: > 0 });

    /// <summary>The terms and vectors to take over; null to learn them from the data.</summary>
    internal KnownTerms? Known { get; set; }

    internal override IEnumerable<string> TrainingColumns =>
        [.. base.TrainingColumns, QueryColumnName, .. NumberColumnNames, .. new[] { TeacherColumnName }.OfType<string>()];

    /// <summary>The sizes that the weights of the architecture depend on, and the length of term vectors if weights depend on it.</summary>
    internal override IReadOnlyList<NetworkPart> Parts
    {
        get
        {
            var sizes = RankingSizes.Of(Architecture);
            PartSize[] widths =
            [
                .. sizes.Hidden ? [new(nameof(HiddenSize), HiddenSize)] : Array.Empty<PartSize>(),
                .. sizes.Filters ? [new(nameof(Filters), Filters)] : Array.Empty<PartSize>(),
            ];
            return
            [
                new("", NetworkPartKind.Whole, CanLack: false, widths),
                .. sizes.Vectors || LearnsVectors
                    ? [new("texts.table", NetworkPartKind.Whole, CanLack: false, [new(nameof(EmbeddingSize), EmbeddingSize)])]
                    : Array.Empty<NetworkPart>(),
            ];
        }
    }

    /// <summary>Whether term vectors are weights.</summary>
    internal bool LearnsVectors => LearnTermVectors && RankingArchitectureFacts.Of(Architecture).LearnsTermVectors;

    internal RankingRoles Roles => new(
        LabelColumnName, GroupColumnName!, QueryColumnName, FeatureColumnName, NumberColumnNames, TeacherColumnName, MissingValues);

    internal PairLimits Limits => new(MaxQueryTerms, MaxDocumentTerms);

    internal override void Shrink(IReadOnlyList<IReadOnlyList<int>?> kept)
    {
        var (sizes, next) = (RankingSizes.Of(Architecture), 0);
        HiddenSize = sizes.Hidden ? kept[0]![next++] : HiddenSize;
        Filters = sizes.Filters ? kept[0]![next] : Filters;
        EmbeddingSize = kept.Count > 1 ? kept[1]![0] : EmbeddingSize;
    }

    internal override void KeepOf(NetworkTransformer trained)
    {
        var details = RankingDetails.Of(trained.Head.Description, this);
        if (details.Encoder is not null)
        {
            throw new ArgumentException(
                $"The ranker on column '{FeatureColumnName}' reads texts by a TokenEncoder, which is most of it and does not get smaller; compress one with term vectors.",
                nameof(trained));
        }
        // Students train for too few epochs to mine.
        if (Negatives.Source == RankingNegatives.Mined)
        {
            Negatives = Negatives.WithoutMining();
        }
        (Known, EmbeddingSize) = (KnownTerms.Of(trained, details), details.VectorSize);
    }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (string.IsNullOrEmpty(GroupColumnName))
        {
            yield return "GroupColumnName is empty; a ranker needs the key that says which rows are of one query.";
        }
        if (ExampleWeightColumnName is not null)
        {
            yield return $"ExampleWeightColumnName is '{ExampleWeightColumnName}'; the rows of a ranking have no weights, set it to null.";
        }
        if (MissingValues == MissingValues.ForwardFill)
        {
            yield return $"MissingValues is {MissingValues}; a row of a ranking has none before it, so allowed are Error and Zero.";
        }
        if (Objective == RankingObjective.MarginSquaredError != TeacherColumnName is not null)
        {
            yield return TeacherColumnName is null
                ? $"TeacherColumnName is null and Objective is {Objective}, which learns from a teacher's scores; name their column."
                : $"TeacherColumnName is '{TeacherColumnName}' and Objective is {Objective}, which has no teacher; set it to null, or Objective to MarginSquaredError.";
        }
        if (Negatives is { Source: not RankingNegatives.Given } && (NumberColumnNames is { Length: > 0 } || TeacherColumnName is not null))
        {
            yield return $"Negatives.Source is {Negatives.Source}, and documents of other queries have no {(TeacherColumnName is null ? "NumberColumnNames" : "TeacherColumnName")} for a query; leave out one or the other.";
        }
        if (TokenEncoder is not null && (TermVectors is not null || LearnTermVectors))
        {
            yield return $"{(LearnTermVectors ? "LearnTermVectors is true" : "TermVectors are given")} and TokenEncoder is given, whose vectors depend on the text; leave out one or the other.";
        }
        if (TokenEncoder is not null && Architecture is (RankingArchitecture.Dssm or RankingArchitecture.Cdssm))
        {
            yield return $"Architecture is {Architecture}, which reads words by their letters, and TokenEncoder is given; take another architecture, or set TokenEncoder to null.";
        }
        if (TokenEncoder?.Prompt is { Length: > 0 } prompt)
        {
            yield return $"TokenEncoder puts '{prompt}' before every text, whose words would match each other; take an encoder without a default prompt.";
        }
        if (Negatives is { Source: RankingNegatives.Mined, MiningEpochs: var between }
            && Training is { Epochs: > 0 and var epochs } && epochs <= between)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Training.Epochs is {epochs} and Negatives.MiningEpochs is {Negatives.MiningEpochs}, so nothing would be mined; lower MiningEpochs, or train for more epochs.");
        }
        if (NumberColumnNames is not null && Array.Exists(NumberColumnNames, string.IsNullOrEmpty))
        {
            yield return "NumberColumnNames has an empty name.";
        }
    }
}
