namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Maps terms to numbers: 0 is padding, 1 is every unknown term, and numbers from 2 are the terms by descending frequency.
/// </summary>
internal sealed class TermVocabulary
{
    /// <summary>The number of padding.</summary>
    public const int Padding = 0;

    /// <summary>The number of unknown terms.</summary>
    public const int Unknown = 1;

    /// <summary>The number of the most frequent term.</summary>
    public const int FirstTerm = 2;

    private readonly Dictionary<string, int> _ids;

    /// <summary>Creates a vocabulary from checked content.</summary>
    public TermVocabulary(TermVocabularyContent content)
    {
        Content = content;
        _ids = new(content.Terms.Length, StringComparer.Ordinal);
        for (var term = 0; term < content.Terms.Length; term++)
        {
            _ids.Add(content.Terms[term], FirstTerm + term);
        }
    }

    /// <summary>The content for a model file.</summary>
    public TermVocabularyContent Content { get; }

    /// <summary>The count of numbers: the terms, padding and unknown. The rows of an embedding.</summary>
    public int Count => FirstTerm + Content.Terms.Length;

    /// <summary>The number of documents counted.</summary>
    public int Documents => Content.Documents;

    /// <summary>The number of a term, or <see cref="Unknown"/>.</summary>
    public int Id(string term) => _ids.GetValueOrDefault(term, Unknown);

    /// <summary>The numbers of terms in their order.</summary>
    public int[] Ids(IEnumerable<string> terms) => [.. terms.Select(Id)];

    /// <summary>The term of a number from <see cref="FirstTerm"/> on.</summary>
    public string Term(int id) => Content.Terms[id - FirstTerm];

    /// <summary>The number of documents with a term; 0 for unknown and padding.</summary>
    public int DocumentFrequency(int id) => id < FirstTerm ? 0 : Content.DocumentFrequencies[id - FirstTerm];

    /// <summary>The frequency of a term in all documents; 0 for unknown and padding.</summary>
    public long Frequency(int id) => id < FirstTerm ? 0 : Content.Frequencies[id - FirstTerm];

    /// <summary>
    /// ln(1 + (N - n + 1/2) / (n + 1/2)) of N documents, n of them with the term: above 0 for every term, largest for an unknown one; 0 of
    /// padding.
    /// </summary>
    public double InverseDocumentFrequency(int id) =>
        id == Padding ? 0 : Math.Log(1 + ((Documents - DocumentFrequency(id) + .5) / (DocumentFrequency(id) + .5)));
}
