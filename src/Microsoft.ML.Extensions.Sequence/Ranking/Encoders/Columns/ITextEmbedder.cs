namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The source of vectors of a column's texts.</summary>
internal interface ITextEmbedder : IDisposable
{
    /// <summary>D.</summary>
    int Dimensions { get; }

    /// <summary>A vector of D numbers for each text.</summary>
    float[][] Embed(IReadOnlyList<string> texts);

    /// <summary>The encoder's description and weights, for a model file.</summary>
    /// <exception cref="NotSupportedException">The embedder cannot be written into a file.</exception>
    (EncoderDescription Description, byte[] Weights) Content();
}
