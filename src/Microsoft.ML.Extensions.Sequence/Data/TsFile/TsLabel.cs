namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The kind of the last field of a .ts line.</summary>
internal enum TsLabel
{
    None,
    Class,
    Target,
}
