using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The arrays of a recurrent layer, in the order of the fused kernel's slots.</summary>
/// <param name="Input"><c>[InputSlots H, D]</c>.</param>
/// <param name="Recurrent">Those of all turns, <c>[Turns RecurrentSlots H, H]</c>.</param>
/// <param name="Bias"><c>[Turns Slots H]</c>.</param>
/// <param name="Peepholes"><c>[3, H]</c>; null for none.</param>
/// <param name="Turns">The steps of the kernel's cell in one of the layer's.</param>
internal sealed record ManagedRecurrentWeights(float[] Input, float[] Recurrent, float[] Bias, float[]? Peepholes, int Turns = 1)
{
    /// <summary>A layer of the arrays of a model file.</summary>
    public static ManagedScan Create(RecurrentLayerOptions options, ManagedParts parts, bool isMasked = false) => options.Cell switch
    {
        RecurrentCell.Lstm => new ManagedRecurrentLayer<LstmCell>(options, Of(options, parts.Weights, isMasked), parts),
        RecurrentCell.Gru => new ManagedRecurrentLayer<GruCell>(options, Of(options, parts.Weights, isMasked), parts),
        _ when options.Activation == RecurrentActivation.Relu =>
            new ManagedRecurrentLayer<ElmanCell<ReluActivation>>(options, Of(options, parts.Weights, isMasked), parts),
        _ => new ManagedRecurrentLayer<ElmanCell<TanhActivation>>(options, Of(options, parts.Weights, isMasked), parts),
    };

    private static ManagedRecurrentWeights Of(RecurrentLayerOptions options, StoredWeights weights, bool isMasked)
    {
        var (width, gates) = (options.HiddenSize, options.Gates);
        var input = weights.Singles("inputWeight", gates * width, options.InputSize);
        if (isMasked)
        {
            var mask = weights.Singles("inputMask", gates * width, options.InputSize);
            input = [.. input.Zip(mask, (weight, kept) => weight * kept)];
        }
        var recurrent = weights.Singles("recurrentWeight", gates * width, width);
        var bias = weights.Singles("bias", gates * width);
        var peepholes = options.Peepholes ? weights.Singles("peepholes", 3, width) : null;
        return options.Cell switch
        {
            // The kernel has the state's part of the candidate first, then r and z, which both matrices have, then the input's part.
            RecurrentCell.Gru => new(
                input, [.. recurrent[(2 * width * width)..], .. recurrent[..(2 * width * width)]],
                [.. weights.Singles("candidateBias", width), .. bias], peepholes),
            RecurrentCell.Jordan => new(
                input, [.. recurrent, .. weights.Singles("outputWeight", width, width)], [.. bias, .. weights.Singles("outputBias", width)],
                peepholes, Turns: 2),
            _ => new(input, recurrent, bias, peepholes),
        };
    }
}
