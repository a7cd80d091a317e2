using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="NeuralRankingTrainer"/>.</summary>
/// <remarks>
/// The feature column is the document, by default <c>Document</c>; the group column holds the key of the query, by default <c>GroupId</c>. Where the options of
/// training speak of rows, a ranker means queries with their documents.
/// </remarks>
public sealed class NeuralRankingOptions : NetworkTrainerOptions, ICheckedOptions
{
    /// <summary>The defaults.</summary>
    public NeuralRankingOptions() => (FeatureColumnName, GroupColumnName) = ("Document", "GroupId");

    /// <summary>The query, a text that is the same in all rows of a group. The default is <c>Query</c>.</summary>
    [Required]
    public string QueryColumnName { get; set; } = "Query";

    /// <summary>
    /// Columns of Single or vectors of Single that the score depends on beside the texts, such as a first stage's score. The ranker begins with the best weighted sum
    /// of them, and what it learns of the texts is kept only where queries held out show it to be ahead by more than a standard error. The default is none.
    /// </summary>
    public string[] NumberColumnNames { get; set; } = [];

    /// <summary>A Single with a teacher's score, which <see cref="RankingObjective.MarginSquaredError"/> learns from. The default, null, is none.</summary>
    public string? TeacherColumnName { get; set; }

    /// <summary>How texts become terms.</summary>
    [Required]
    public TextAnalyzerOptions Text { get; set; } = new();

    /// <summary>In how many texts a term stands at least to be learned, 1 to 1,000,000. The default is 1.</summary>
    [Range(1, 1_000_000)]
    public int MinDocumentFrequency { get; set; } = 1;

    /// <summary>The most terms that are learned, the most frequent ones, 1 to 1,000,000. Others match themselves alone. The default is 50,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxTerms { get; set; } = 50_000;

    /// <summary>The terms of a query that are read, from its beginning, 1 to 65,536. The default is 32.</summary>
    [Range(1, PairFormat.MostTerms)]
    public int MaxQueryTerms { get; set; } = 32;

    /// <summary>The terms of a document that are read, from its beginning, 1 to 65,536. The default is 256.</summary>
    [Range(1, PairFormat.MostTerms)]
    public int MaxDocumentTerms { get; set; } = 256;

    /// <summary>How query and document are seen. The default is <see cref="RankingArchitecture.KNrm"/>.</summary>
    public RankingArchitecture Architecture { get; set; } = RankingArchitecture.KNrm;

    /// <summary>What is made small. The default is <see cref="RankingObjective.Softmax"/>.</summary>
    public RankingObjective Objective { get; set; } = RankingObjective.Softmax;

    /// <summary>For <see cref="RankingObjective.PairwiseHinge"/>: by how much a score is to be above a lower one, above 0 and at most 1,000. The default is 1.</summary>
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double Margin { get; set; } = 1;

    /// <summary>For <see cref="RankingObjective.Softmax"/>: what scores are divided by, 0.001 to 1,000. The default is 1.</summary>
    [Range(0.001, 1000.0)]
    public double Temperature { get; set; } = 1;

    /// <summary>
    /// The most documents of a query that a step of training sees, 2 to 1,000,000: of more, half are relevant ones where there are so many, and all are drawn
    /// anew in each epoch. The default is 32.
    /// </summary>
    [Range(2, 1_000_000)]
    public int ListSize { get; set; } = 32;

    /// <summary>Documents of other queries that each query is trained with, beside its own. The default adds none.</summary>
    [Required]
    public NegativeOptions Negatives { get; set; } = new();

    /// <summary>
    /// The vectors that terms begin with; a term that has none matches itself alone. They are part of the saved model. The default, null, learns them of the texts
    /// that the fit is given (<see cref="WordVectors.Learn"/>), of the first of them where they take more than the memory budget.
    /// </summary>
    [JsonIgnore]
    public WordVectors? TermVectors { get; set; }

    /// <summary>The numbers that stand for a term where no vectors are given, 1 to 4,096. The default is 64.</summary>
    [Range(1, 4096)]
    [SearchRange(16, 256, 64, true)]
    public int EmbeddingSize { get; set; } = 64;

    /// <summary>
    /// Whether training moves the vectors of terms, for architectures that can learn them: they are many numbers, and a few hundred judged queries are too few for
    /// them. The default is false.
    /// </summary>
    [BooleanChoice(false)]
    public bool LearnTermVectors { get; set; }

    /// <summary>The width of dense layers, 1 to 8,192. The default is 64.</summary>
    [Range(1, 8192)]
    [SearchRange(16, 256, 64, true)]
    public int HiddenSize { get; set; } = 64;

    /// <summary>The channels of convolutions, 1 to 4,096. The default is 16.</summary>
    [Range(1, 4096)]
    [SearchRange(4, 128, 16, true)]
    public int Filters { get; set; } = 16;

    /// <summary>The part of hidden numbers set to 0 in training, 0 to 0.9. The default is 0.1.</summary>
    [Range(0.0, 0.9)]
    public double Dropout { get; set; } = 0.1;

    // The rows of a query are one example, so that no division of examples cuts a group.
    internal override string? RowGroups => null;

    internal RankingGoal Goal => new(Objective, Margin, Temperature);

    internal PairLimits Limits => new(MaxQueryTerms, MaxDocumentTerms);

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
        if (NumberColumnNames is not null && Array.Exists(NumberColumnNames, string.IsNullOrEmpty))
        {
            yield return "NumberColumnNames has an empty name.";
        }
    }
}
