using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Scores pairs of a query and a document: <c>[S]</c>. A pair's score depends on no other pair and on no padding.</summary>
/// <param name="name">The module's name.</param>
internal abstract class PairModel(string name) : nn.Module<PairBatch, Tensor>(name)
{
    /// <summary>About the numbers that training keeps of a pair of texts of these lengths.</summary>
    public abstract long Numbers(long queryTerms, long documentTerms);
}

/// <summary>What an architecture is made with.</summary>
/// <param name="Table">Makes its table of term vectors.</param>
/// <param name="LetterGrams">The rows of a table of letter grams.</param>
/// <param name="Frequencies">The inverse document frequency of each number of the vocabulary.</param>
/// <param name="Hidden">The width of dense layers.</param>
/// <param name="Filters">The channels of convolutions.</param>
/// <param name="Limits">How many terms of a text are read.</param>
/// <param name="Dropout">The part of hidden numbers set to 0 in training.</param>
/// <param name="Randomness">What dropout draws from.</param>
/// <param name="Generator">The source of first weights.</param>
internal sealed record PairSettings(
    Func<WordTable> Table, int LetterGrams, float[] Frequencies, int Hidden, int Filters, PairLimits Limits, double Dropout, RandomSource Randomness,
    Generator Generator)
{
    public LinearLayer Linear(long inputs, long outputs) => new(inputs, outputs, Generator);

    public SeededDropout Drop() => new(Dropout, Randomness);
}
