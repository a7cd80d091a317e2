namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a scorer needs to know of a collection.</summary>
internal interface ITermStatistics
{
    /// <summary>How many documents there are.</summary>
    int Documents { get; }

    /// <summary>How many fields a document has.</summary>
    int Fields { get; }

    /// <summary>How many words all documents have in a field.</summary>
    long Words(int field);

    /// <summary>In how many documents a term stands, in any field.</summary>
    int DocumentFrequency(string term);

    /// <summary>How often a term stands in all documents and fields.</summary>
    long Frequency(string term);
}
