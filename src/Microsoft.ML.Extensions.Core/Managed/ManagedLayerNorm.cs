using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>Layer normalisation of rows (Ba, Kiros and Hinton 2016, arXiv 1607.06450).</summary>
/// <param name="kernels">The kernels.</param>
/// <param name="gain">One per channel.</param>
/// <param name="shift">One per channel.</param>
internal sealed unsafe class ManagedLayerNorm(LaneKernels kernels, float[] gain, float[] shift)
{
    private readonly AlignedArray _gain = new(gain);
    private readonly AlignedArray _shift = new(shift);

    /// <summary>Normalises rows; the output may be the input.</summary>
    public void Run(int rows, float* input, float* output)
    {
        kernels.Normalize(rows, (int)_gain.Length, input, _gain.Start, _shift.Start, output);
        GC.KeepAlive(this);
    }
}
