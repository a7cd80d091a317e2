using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The description of LexicalScore in a model file, which also holds the index of the training documents.</summary>
/// <param name="OutputColumnName">The output column.</param>
/// <param name="QueryColumnName">The column of queries.</param>
/// <param name="DocumentColumnNames">The columns of documents, one per field.</param>
/// <param name="Options">The options of scoring.</param>
internal sealed record LexicalScoreDescription(
    [property: Required] string OutputColumnName, [property: Required] string QueryColumnName, string[] DocumentColumnNames,
        LexicalOptions Options) : ICheckedOptions
{
    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (DocumentColumnNames is null)
        {
            yield break;
        }
        if (DocumentColumnNames.Length == 0 || DocumentColumnNames.Any(string.IsNullOrEmpty))
        {
            yield return "DocumentColumnNames has no name, or an empty one; name at least one column.";
        }
        if (Options is { FieldWeights.Length: > 0 } && Options.FieldWeights.Length != DocumentColumnNames.Length)
        {
            yield return $"Options.FieldWeights has {Options.FieldWeights.Length} numbers for {DocumentColumnNames.Length} columns; give one for each, or none.";
        }
        if (Options is { FieldB.Length: > 0 } && Options.FieldB.Length != DocumentColumnNames.Length)
        {
            yield return $"Options.FieldB has {Options.FieldB.Length} numbers for {DocumentColumnNames.Length} columns; give one for each, or none.";
        }
    }
}
