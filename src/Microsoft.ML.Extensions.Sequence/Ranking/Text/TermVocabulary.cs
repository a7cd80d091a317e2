namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The terms of a collection as numbers: 0 pads, 1 is every term that was not learned, and from 2 on stand the terms by falling frequency.</summary>
internal sealed class TermVocabulary
{
    /// <summary>The number after a text's end in a batch.</summary>
    public const int Padding = 0;

    /// <summary>The number of a term that was not learned.</summary>
    public const int Unknown = 1;

    /// <summary>The number of the most frequent term.</summary>
    public const int FirstTerm = 2;

    private readonly Dictionary<string, int> _ids;

    /// <summary>A vocabulary of its content, which was checked.</summary>
    public TermVocabulary(TermVocabularyContent content)
    {
        Content = content;
        _ids = new(content.Terms.Length, StringComparer.Ordinal);
        for (var term = 0; term < content.Terms.Length; term++)
        {
            _ids.Add(content.Terms[term], FirstTerm + term);
        }
    }

    /// <summary>What a model's file holds of it.</summary>
    public TermVocabularyContent Content { get; }

    /// <summary>How many numbers there are: terms, and the two that stand for none. The rows of an embedding.</summary>
    public int Count => FirstTerm + Content.Terms.Length;

    /// <summary>How many documents were counted.</summary>
    public int Documents => Content.Documents;

    /// <summary>The number of a term, or <see cref="Unknown"/>.</summary>
    public int Id(string term) => _ids.GetValueOrDefault(term, Unknown);

    /// <summary>The numbers of terms in their order.</summary>
    public int[] Ids(IEnumerable<string> terms) => [.. terms.Select(Id)];

    /// <summary>The term of a number from <see cref="FirstTerm"/> on.</summary>
    public string Term(int id) => Content.Terms[id - FirstTerm];

    /// <summary>In how many documents a term stands; 0 of an unknown one and of padding.</summary>
    public int DocumentFrequency(int id) => id < FirstTerm ? 0 : Content.DocumentFrequencies[id - FirstTerm];

    /// <summary>How often a term stands in all documents; 0 of an unknown one and of padding.</summary>
    public long Frequency(int id) => id < FirstTerm ? 0 : Content.Frequencies[id - FirstTerm];

    /// <summary>ln(1 + (N - n + 1/2) / (n + 1/2)) of N documents, n of them with the term: above 0 for every term, largest for an unknown one; 0 of padding.</summary>
    public double InverseDocumentFrequency(int id) =>
        id == Padding ? 0 : Math.Log(1 + ((Documents - DocumentFrequency(id) + .5) / (DocumentFrequency(id) + .5)));
}
