namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What the last field of a .ts line is.</summary>
internal enum TsLabel
{
    None,
    Class,
    Target,
}
