using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Gives the vectors of the terms of texts, each of which depends on the text around it.</summary>
/// <param name="name">The module's name.</param>
/// <param name="width">D.</param>
internal abstract class ContextEncoder(string name, int width) : nn.Module(name)
{
    /// <summary>D.</summary>
    public int Width => width;

    /// <summary>The vectors of the tokens of texts, one text after the other, after zeros for padding, <c>[U + 1, D]</c>.</summary>
    /// <param name="texts">The tokens of each text; a text without tokens has one, -1, and zeros.</param>
    public abstract Tensor Vectors(IReadOnlyList<int[]> texts);

    /// <summary>The approximate number of values that training keeps for the tokens of texts.</summary>
    /// <param name="tokens">All tokens.</param>
    /// <param name="longest">Those of the longest text.</param>
    public abstract long Numbers(long tokens, long longest);
}
