using Microsoft.ML.Extensions.Networks;

namespace Microsoft.ML.Extensions.Sequence;

/// <param name="InputSize">D.</param>
/// <param name="HiddenSize">H.</param>
/// <param name="Heads">Blocks of the input weights: a common divisor of D and H. The paper's default is two.</param>
/// <param name="Reverse">From each row's last valid step to its first.</param>
/// <param name="Mode">How to compute the recurrence.</param>
/// <param name="Newton">The settings of Newton's iteration; null for the defaults.</param>
/// <param name="RecurrentBound">The largest magnitude of a recurrent weight, enforced after each optimiser step; 0 for no limit.</param>
internal sealed record RecurrentCellLayerOptions(
    int InputSize, int HiddenSize, int Heads = 1, bool Reverse = false, RecurrenceMode Mode = RecurrenceMode.Auto,
    NewtonSettings? Newton = null, double RecurrentBound = 0)
{
    public int HeadInputs => InputSize / Heads;

    public int HeadChannels => HiddenSize / Heads;

    /// <summary>The layer options of a scan in a network with these options.</summary>
    public static RecurrentCellLayerOptions Of(ParaRnnOptions options, bool reverse) => new(
        options.HiddenSize, options.HiddenSize, options.Heads, reverse, options.Mode,
        new NewtonSettings(options.NewtonIterations, options.NewtonDamping), options.RecurrentWeightClip);

    public void Validate()
    {
        if (InputSize < 1 || HiddenSize < 1 || Heads < 1 || InputSize % Heads != 0 || HiddenSize % Heads != 0)
        {
            throw new ArgumentException(
                $"Heads must divide the input size and the hidden size, all positive; got Heads {Heads}, input size {InputSize}, hidden size {HiddenSize}.");
        }
    }
}
