using Microsoft.ML.Extensions.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A linear map of the letter grams of each term of a batch, <c>[U + 1, H]</c>: word hashing (Huang et al. 2013), which also represents
/// words outside the vocabulary.
/// </summary>
internal sealed class LetterTable : nn.Module<PairBatch, Tensor>, IWeightMatrices
{
    private static readonly Scalar s_first = TermVocabulary.FirstTerm;

    private readonly Parameter weight;

    public LetterTable(int grams, long outputs, Generator generator)
        : base(nameof(LetterTable))
    {
        weight = Initial.Uniform(Math.Max(1, grams), generator, grams, outputs);
        RegisterComponents();
    }

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Transposed(nameof(weight), weight)];

    public override Tensor forward(PairBatch batch)
    {
        var letters = batch.Letters ?? throw new InvalidOperationException("The batch has no letters.");
        return (PairBatch.At(weight, letters) * letters.ge(s_first).to_type(ScalarType.Float32).unsqueeze(-1)).sum(1);
    }
}
