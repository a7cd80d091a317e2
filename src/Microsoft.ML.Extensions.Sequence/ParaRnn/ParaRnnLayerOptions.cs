using Microsoft.ML.Extensions.Networks;

namespace Microsoft.ML.Extensions.Sequence;

/// <param name="InputSize">D.</param>
/// <param name="HiddenSize">H.</param>
/// <param name="Heads">Blocks of the input weights: a common divisor of D and H. The paper's default is two.</param>
/// <param name="Reverse">From each row's last valid step to its first.</param>
/// <param name="Mode">How to walk along the sequence.</param>
/// <param name="Newton">How to iterate where the mode is Newton's; null stands for the defaults.</param>
internal sealed record ParaRnnLayerOptions(
    int InputSize, int HiddenSize, int Heads = 1, bool Reverse = false, RecurrenceMode Mode = RecurrenceMode.Auto,
    NewtonSettings? Newton = null)
{
    public int HeadInputs => InputSize / Heads;

    public int HeadChannels => HiddenSize / Heads;

    public void Validate()
    {
        if (InputSize < 1 || HiddenSize < 1 || Heads < 1 || InputSize % Heads != 0 || HiddenSize % Heads != 0)
        {
            throw new ArgumentException(
                $"Heads must divide the input size and the hidden size, all positive; got Heads {Heads}, input size {InputSize}, hidden size {HiddenSize}.");
        }
    }
}
