using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics.DenseRecurrence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="LstmLayer"/> as C# kernels: those of <see cref="RecurrentLayer"/>, whose gates have another order.</summary>
internal static class ManagedLstm
{
    /// <param name="parts">The weights.</param>
    /// <param name="width">D and H.</param>
    public static ManagedScan Create(ManagedParts parts, int width)
    {
        var input = parts.Weights.Singles("weight", 4 * width, width);
        var turned = parts.Weights.Singles("recurrent", width, 4 * width);
        var recurrent = new float[turned.Length];
        for (var i = 0; i < turned.Length; i++)
        {
            recurrent[(i % (4 * width) * width) + (i / (4 * width))] = turned[i];
        }
        return new ManagedRecurrentLayer<LstmCell>(
            new RecurrentLayerOptions(width, width, RecurrentCell.Lstm),
            new ManagedRecurrentWeights(Ordered(input), Ordered(recurrent), Ordered(parts.Weights.Singles("bias", 4 * width)), null), parts);
    }

    // i, f, o, g to i, f, g, o.
    private static float[] Ordered(float[] gates)
    {
        var gate = gates.Length / 4;
        return [.. gates[..(2 * gate)], .. gates[(3 * gate)..], .. gates[(2 * gate)..(3 * gate)]];
    }
}
