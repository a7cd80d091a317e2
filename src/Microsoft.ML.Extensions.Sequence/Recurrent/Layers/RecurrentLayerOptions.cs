using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <param name="InputSize">D.</param>
/// <param name="HiddenSize">H.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Activation">The function of Elman's and Jordan's cells.</param>
/// <param name="Peepholes">Whether an LSTM has peepholes.</param>
/// <param name="Reverse">From each row's last valid step to its first.</param>
/// <param name="Truncation">Gradients stop at steps that are multiples of it; 0 for no truncation.</param>
/// <param name="Stepwise">Whether to compute step by step in tensor operations even where the fused kernel is available.</param>
internal sealed record RecurrentLayerOptions(
    int InputSize, int HiddenSize, RecurrentCell Cell, RecurrentActivation Activation = RecurrentActivation.Tanh, bool Peepholes = false,
    bool Reverse = false, int Truncation = 0, bool Stepwise = false)
{
    /// <summary>A mask of the inputs of each channel, 1 or 0, <c>[H, D]</c>; null for all.</summary>
    public Tensor? InputMask { get; init; }

    /// <summary>G.</summary>
    public int Gates => Cell switch
    {
        RecurrentCell.Lstm => 4,
        RecurrentCell.Gru => 3,
        _ => 1,
    };
}
