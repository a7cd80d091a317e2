using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The tensors of a recurrent layer, with gates stacked: i, f, g, o of an LSTM and r, z, n of a GRU, as in PyTorch.</summary>
/// <param name="Input">The input matrix, <c>[G H, D]</c>.</param>
/// <param name="Recurrent">The recurrent matrix, <c>[G H, H]</c>.</param>
/// <param name="Bias"><c>[G H]</c>.</param>
/// <param name="CandidateBias">GRU: the bias of the state's part of the candidate, <c>[H]</c>; otherwise null.</param>
/// <param name="Peepholes">LSTM: from the cell to i, f and o, <c>[3, H]</c>; null for none.</param>
/// <param name="Output">Jordan: the matrix of the output, <c>[H, H]</c>; otherwise null.</param>
/// <param name="OutputBias">Jordan: its bias, <c>[H]</c>; otherwise null.</param>
internal sealed record RecurrentWeights(
    Tensor Input, Tensor Recurrent, Tensor Bias, Tensor? CandidateBias = null, Tensor? Peepholes = null, Tensor? Output = null,
    Tensor? OutputBias = null)
{
    public int Channels => (int)Recurrent.shape[1];
}
