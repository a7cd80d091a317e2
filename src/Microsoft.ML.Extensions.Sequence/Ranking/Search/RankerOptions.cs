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

    /// <summary>
    /// Creates an empty index of vectors of so many numbers, by an approximate library; it serves above <see cref="ApproximateAbove"/>
    /// vectors.
    /// The library then proposes twice as many documents as are requested, and their scores are exact. The default, null, compares with all
    /// vectors. It is not saved: give it again when the ranker is loaded. Indexes that it creates are disposed with the ranker.
    /// </summary>
    [JsonIgnore]
    public Func<int, IVectorIndex>? ApproximateIndex { get; set; }

    /// <summary>
    /// The most vectors that are compared one by one where there is an <see cref="ApproximateIndex"/>, 1 to 1,000,000,000. The default is
    /// 100,000.
    /// </summary>
    [Range(1, 1_000_000_000)]
    public int ApproximateAbove { get; set; } = 100_000;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (ApproximateIndex is not null && Encoder is null)
        {
            yield return "ApproximateIndex is given and Encoder is null, so there are no vectors; give an encoder, or leave out the index.";
        }
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
