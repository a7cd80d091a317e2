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
    private readonly long _outputs;

    public LetterConvolution(int grams, long outputs, Generator generator)
        : base(nameof(LetterConvolution))
    {
        _outputs = outputs;
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
        var at = PairBatch.At(terms, texts);
        var (before, here, after) = (at.narrow(2, 0, _outputs), at.narrow(2, _outputs, _outputs), at.narrow(2, 2 * _outputs, _outputs));
        var steps = texts.shape[1];
        var sum = here.Plus(nn.functional.pad(before, [0, 0, 1, 0]).narrow(1, 0, steps))
            .Plus(nn.functional.pad(after, [0, 0, 0, 1]).narrow(1, 1, steps));
        return sum.Plus(bias).tanh() * mask.unsqueeze(-1);
    }
}
