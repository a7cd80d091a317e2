using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A vocabulary in a model's description, which is checked when it is read.</summary>
/// <param name="Documents">The number of documents counted.</param>
/// <param name="Terms">The terms by descending frequency, then by ordinal order.</param>
/// <param name="DocumentFrequencies">The number of documents with each.</param>
/// <param name="Frequencies">The frequency of each in all documents.</param>
internal sealed record TermVocabularyContent(
    [property: Range(0, int.MaxValue)] int Documents, string[] Terms, int[] DocumentFrequencies, long[] Frequencies)
    : ICheckedOptions
{
    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Terms is null || DocumentFrequencies is null || Frequencies is null)
        {
            yield break;
        }
        if (DocumentFrequencies.Length != Terms.Length || Frequencies.Length != Terms.Length)
        {
            yield return $"Terms has {Terms.Length} terms, DocumentFrequencies {DocumentFrequencies.Length} numbers and Frequencies {Frequencies.Length}; each needs as many.";
            yield break;
        }
        if (Array.FindIndex(Terms, string.IsNullOrEmpty) is >= 0 and var empty)
        {
            yield return $"Terms[{empty}] is empty.";
            yield break;
        }
        if (Terms.GroupBy(term => term, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            yield return $"Terms has '{twice.Key}' twice.";
        }
        for (var term = 0; term < Terms.Length; term++)
        {
            if (DocumentFrequencies[term] < 1 || DocumentFrequencies[term] > Documents || Frequencies[term] < DocumentFrequencies[term])
            {
                yield return $"The term '{Terms[term]}' stands {Frequencies[term]} times in {DocumentFrequencies[term]} of {Documents} documents, which is not possible.";
                yield break;
            }
        }
        if (Terms.Length > 1
            && Enumerable.Range(1, Terms.Length - 1).FirstOrDefault(term => Frequencies[term] > Frequencies[term - 1]) is > 0 and var risen)
        {
            yield return $"The term '{Terms[risen]}' is more frequent than '{Terms[risen - 1]}' before it; terms must be ordered by descending frequency.";
        }
    }
}
