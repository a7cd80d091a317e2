namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What gives the vectors of a column's texts.</summary>
internal interface ITextEmbedder : IDisposable
{
    /// <summary>D.</summary>
    int Dimensions { get; }

    /// <summary>A vector of D numbers for each text.</summary>
    float[][] Embed(IReadOnlyList<string> texts);

    /// <summary>The encoder's description and weights, for a model file.</summary>
    /// <exception cref="NotSupportedException">There are none that could be written.</exception>
    (EncoderDescription Description, byte[] Weights) Content();
}
