using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The vectors of the terms of sentences, <c>[B, n]</c> to <c>[B, n, D]</c>: zero for padding, for unknown terms, and for terms that
/// training leaves out.
/// </summary>
internal sealed class TermVectors : nn.Module<Tensor, Tensor>, IParameterRules
{
    private static readonly Scalar s_first = TermVocabulary.FirstTerm;

    private readonly Parameter weight;
    private readonly RandomSource _randomness;
    private readonly double _rate;

    public TermVectors(int terms, long width, double rate, RandomSource randomness, Generator generator)
        : base(nameof(TermVectors))
    {
        (_rate, _randomness) = (rate, randomness);
        weight = Initial.Normal(1, generator, terms, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor sentences)
    {
        var known = sentences.ge(s_first);
        if (training && _rate > 0)
        {
            using Scalar rate = _rate;
            known = known.logical_and(
                TorchMemory.Uniform(sentences.shape, _randomness.Generator, weight.dtype, sentences.device).ge(rate));
        }
        var vectors = weight.index_select(0, sentences.view(-1)).view(sentences.shape[0], sentences.shape[1], -1);
        return vectors * known.to_type(weight.dtype).unsqueeze(-1);
    }

    // Rare terms would decay in all the steps in which they do not occur.
    bool IParameterRules.Decays(string name, Parameter parameter) => false;

    /// <summary>
    /// The mean over the terms of each sentence times the root of their number, so that a sum of independent vectors keeps its size.
    /// </summary>
    public static Tensor Sum(Tensor vectors, InputBatch sentences) => vectors.sum(1) / sentences.Mask.sum(1).sqrt();
}
