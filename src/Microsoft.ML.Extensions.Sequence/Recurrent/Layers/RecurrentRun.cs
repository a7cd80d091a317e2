using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The inputs of a recurrent layer.</summary>
/// <param name="Sequence">x, <c>[B, T, D]</c>.</param>
/// <param name="Weights">The layer's tensors.</param>
/// <param name="Lengths">Valid steps of each right-padded row; null stands for T.</param>
/// <param name="Reverse">From each row's last valid step to its first.</param>
/// <param name="Truncation">Gradients stop at steps that are multiples of it; 0 for no truncation.</param>
/// <param name="Initial">The state before the first step, <c>[S, B, H]</c>: hidden, and an LSTM's cell; null stands for zero.</param>
/// <param name="WantsLast">
/// Whether the last state is an output too. TorchSharp counts an unused output as alive for ever, so request it only where it is used.
/// </param>
internal sealed record RecurrentRun(
    Tensor Sequence, RecurrentWeights Weights, int[]? Lengths = null, bool Reverse = false, int Truncation = 0, Tensor? Initial = null,
    bool WantsLast = false)
{
    public int Batch => (int)Sequence.shape[0];

    public int Steps => (int)Sequence.shape[1];

    public DenseShape Shape => new(Batch, Steps, Weights.Channels, Reverse, Truncation);

    /// <summary>The state before the first step, <c>[S, B, H]</c>.</summary>
    public Tensor InitialOrZero(int states) =>
        Initial ?? zeros(states, Batch, Weights.Channels, dtype: Sequence.dtype, device: Sequence.device);

    /// <summary>Checks shapes and lengths, which kernels on raw memory do not check.</summary>
    public void Validate(int states)
    {
        if (Sequence.dim() != 3 || Sequence.shape[2] != Weights.Input.shape[1])
        {
            throw new ArgumentException(
                $"The sequence must be [B, T, {Weights.Input.shape[1]}], and is [{string.Join(", ", Sequence.shape)}].", nameof(Sequence));
        }
        long[] state = [states, Batch, Weights.Channels];
        if (Initial is not null && !Initial.shape.SequenceEqual(state))
        {
            throw new ArgumentException(
                $"The initial state must be [{string.Join(", ", state)}], and is [{string.Join(", ", Initial.shape)}].", nameof(Initial));
        }
        if (Lengths is not null && (Lengths.Length != Batch || Lengths.Any(length => length < 0 || length > Steps)))
        {
            throw new ArgumentException(
                $"Lengths must be {Batch} numbers from 0 to {Steps}, and are [{string.Join(", ", Lengths)}].", nameof(Lengths));
        }
    }
}
