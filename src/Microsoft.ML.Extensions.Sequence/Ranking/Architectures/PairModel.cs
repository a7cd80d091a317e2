using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Scores pairs of a query and a document: <c>[S]</c>. A pair's score does not depend on other pairs or on padding.</summary>
/// <param name="name">The module's name.</param>
internal abstract class PairModel(string name) : nn.Module<PairBatch, Tensor>(name)
{
    /// <summary>The approximate number of values that training keeps for a pair of texts of these lengths.</summary>
    public abstract long Numbers(long queryTerms, long documentTerms);
}

/// <summary>The settings of an architecture.</summary>
/// <param name="Table">Creates its table of term vectors.</param>
/// <param name="LetterGrams">The rows of a table of letter grams.</param>
/// <param name="Frequencies">The inverse document frequency of each vocabulary index.</param>
/// <param name="Hidden">The width of dense layers.</param>
/// <param name="Filters">The channels of convolutions.</param>
/// <param name="Limits">The number of terms that are read of a text.</param>
/// <param name="Dropout">The part of hidden values set to 0 in training.</param>
/// <param name="Randomness">The generator of dropout.</param>
/// <param name="Generator">The source of the initial weights.</param>
/// <param name="IsContextual">Whether the vectors of terms depend on the text around them.</param>
internal sealed record PairSettings(
    Func<TermTable> Table, int LetterGrams, float[] Frequencies, int Hidden, int Filters, PairLimits Limits, double Dropout,
        RandomSource Randomness,
    Generator Generator, bool IsContextual = false)
{
    public LinearLayer Linear(long inputs, long outputs) => new(inputs, outputs, Generator);

    public SeededDropout Drop() => new(Dropout, Randomness);
}
