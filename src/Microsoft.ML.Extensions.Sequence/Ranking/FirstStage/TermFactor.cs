namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The part of a term's score that is the same for all documents.</summary>
/// <param name="Weight">The factor of the document's part of the score; 0 where the term has no effect.</param>
/// <param name="Expected">The expected frequency in mu words of the collection, for the query likelihood.</param>
internal readonly record struct TermFactor(double Weight, double Expected);
