namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The collection statistics that a scorer needs.</summary>
internal interface ITermStatistics
{
    /// <summary>The number of documents.</summary>
    int Documents { get; }

    /// <summary>The number of fields of a document.</summary>
    int Fields { get; }

    /// <summary>The number of words of all documents in a field.</summary>
    long Words(int field);

    /// <summary>The number of documents with a term, in any field.</summary>
    int DocumentFrequency(string term);

    /// <summary>The frequency of a term in all documents and fields.</summary>
    long Frequency(string term);
}
