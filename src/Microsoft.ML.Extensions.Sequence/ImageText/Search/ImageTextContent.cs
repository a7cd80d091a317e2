namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What an index holds, or what a query is.</summary>
public enum ImageTextContent
{
    /// <summary>Images.</summary>
    Images,

    /// <summary>Sentences.</summary>
    Sentences,
}
