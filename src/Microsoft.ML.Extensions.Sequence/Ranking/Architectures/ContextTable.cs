using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Vectors that depend on the text around a term: those that the batch has from an encoder.</summary>
/// <param name="width">D.</param>
internal sealed class ContextTable(int width) : TermTable(nameof(ContextTable), width)
{
    public override Tensor forward(PairBatch batch) =>
        batch.Vectors ?? throw new InvalidOperationException("The batch has no vectors of an encoder.");

    public override Tensor Unknown(PairBatch batch) => zeros(batch.Words.shape[0], ScalarType.Float32, batch.Words.device);
}
