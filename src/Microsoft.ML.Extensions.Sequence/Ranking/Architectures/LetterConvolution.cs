using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A linear map of the letter grams of windows of three terms, and tanh: <c>[N, L, H]</c> of texts <c>[N, L]</c>, 0 at padding.
/// </summary>
internal sealed class LetterConvolution : nn.Module
{
    private const int Window = 3;

    private readonly LetterTable table;
    private readonly Parameter bias;

    public LetterConvolution(int grams, long outputs, Generator generator)
        : base(nameof(LetterConvolution))
    {
        table = new LetterTable(grams, Window * outputs, generator);
        bias = Initial.Zeros(outputs);
        RegisterComponents();
    }

    /// <summary>The linear map of the terms of a batch, shared by all its texts.</summary>
    public Tensor Terms(PairBatch batch) => table.call(batch);

    /// <param name="terms">The result of <see cref="Terms"/>.</param>
    /// <param name="texts">The terms of texts.</param>
    /// <param name="mask">1 at terms, <c>[N, L]</c>.</param>
    public Tensor Of(Tensor terms, Tensor texts, Tensor mask)
    {
        // Shifted before they are looked up: no copy of three times the width, forward or backward.
        var parts = terms.chunk(Window, 1);
        var steps = texts.shape[1];
        var before = nn.functional.pad(texts, [1, 0]).narrow(1, 0, steps).contiguous();
        var after = nn.functional.pad(texts, [0, 1]).narrow(1, 1, steps).contiguous();
        var sum = PairBatch.At(parts[1], texts).Plus(PairBatch.At(parts[0], before)).Plus(PairBatch.At(parts[2], after));
        return sum.Plus(bias).tanh() * mask.unsqueeze(-1);
    }
}
