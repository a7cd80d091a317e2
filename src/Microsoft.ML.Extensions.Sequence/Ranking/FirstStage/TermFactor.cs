namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What of a term's score is the same for all documents.</summary>
/// <param name="Weight">What its share of a document is multiplied by; 0 where it counts for nothing.</param>
/// <param name="Expected">How often mu words of the collection have it, for the query likelihood.</param>
internal readonly record struct TermFactor(double Weight, double Expected);
