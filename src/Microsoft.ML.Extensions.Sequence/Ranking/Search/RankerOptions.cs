using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of a <see cref="Ranker"/>.</summary>
public sealed class RankerOptions : ICheckedOptions
{
    /// <summary>The first stage.</summary>
    public LexicalOptions FirstStage { get; set; } = new();

    /// <summary>The number of texts of a document, such as title and body. 1 to 100.</summary>
    [Range(1, 100)]
    public int Fields { get; set; } = 1;

    /// <summary>The number of documents that the first stage finds for the second, and by vectors, or more where more results are requested. 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int Depth { get; set; } = 100;

    /// <summary>
    /// The weight of the second stage's score, 0 to 1; the first stage has the rest. Both are normalised to 0 to 1 among the documents
    /// found. 1, the default, is the second stage's own score.
    /// </summary>
    [Range(0d, 1d)]
    public double SecondStageWeight { get; set; } = 1;

    /// <summary>
    /// Compares documents and queries by vectors, too, such as a <see cref="TextEncoder"/> or a hosted model: the first stage then finds documents that share no word with the query. The
    /// default, null, finds by words alone. It is not disposed with the ranker, nor saved.
    /// </summary>
    [JsonIgnore]
    public IEmbeddingGenerator<string, Embedding<float>>? Encoder { get; set; }

    /// <summary>
    /// The weight of vectors in the first stage where there is an <see cref="Encoder"/>, 0 to 1; words have the rest. The best <see cref="Depth"/> documents by words, and as many by vectors,
    /// have scores of 0 to 1, and one that the other search did not find has 0 there. The default is 0.5.
    /// </summary>
    [Range(0d, 1d)]
    public double VectorWeight { get; set; } = 0.5;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (FirstStage is { FieldWeights.Length: > 0 } && FirstStage.FieldWeights.Length != Fields)
        {
            yield return $"FirstStage.FieldWeights has {FirstStage.FieldWeights.Length} numbers and Fields is {Fields}; give one for each field, or none.";
        }
        if (FirstStage is { FieldB.Length: > 0 } && FirstStage.FieldB.Length != Fields)
        {
            yield return $"FirstStage.FieldB has {FirstStage.FieldB.Length} numbers and Fields is {Fields}; give one for each field, or none.";
        }
    }
}
