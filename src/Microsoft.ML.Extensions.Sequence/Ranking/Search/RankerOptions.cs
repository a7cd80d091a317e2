using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How a <see cref="Ranker"/> finds documents.</summary>
public sealed class RankerOptions : ICheckedOptions
{
    /// <summary>The first stage.</summary>
    public LexicalOptions FirstStage { get; set; } = new();

    /// <summary>How many texts a document has, such as title and body. 1 to 100.</summary>
    [Range(1, 100)]
    public int Fields { get; set; } = 1;

    /// <summary>How many documents the first stage gives to the second, or more where more are asked for. 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int Depth { get; set; } = 100;

    /// <summary>
    /// The second stage's part of the score, 0 to 1; the first stage has the rest, both brought to 0 to 1 among the documents found. 1, the default, is the second stage's
    /// own score.
    /// </summary>
    [Range(0d, 1d)]
    public double SecondStageWeight { get; set; } = 1;

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
