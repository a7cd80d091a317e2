namespace Microsoft.ML.Extensions.Numerics;

/// <summary>The sizes of a layer's weights, for the distribution of sparsity over layers.</summary>
/// <param name="Units">The number of units that are kept or removed: weights, or blocks of them.</param>
/// <param name="Inputs">The inputs of an output, or of a pixel of it.</param>
/// <param name="Outputs">The outputs.</param>
/// <param name="KernelSum">The sum of the sides of a convolution's kernel; 0 without one.</param>
/// <param name="KernelSize">Their product; 1 without one.</param>
internal readonly record struct LayerSize(int Units, long Inputs, long Outputs, long KernelSum = 0, long KernelSize = 1)
{
    /// <summary>The density of an Erdős-Rényi layer divided by epsilon: <c>(in + out) / (in out)</c>.</summary>
    public double ErdosRenyi => (double)(Inputs + Outputs) / (Inputs * Outputs);

    /// <summary>The same with the kernel: <c>(in + out + kernel sides) / (in out kernel size)</c>.</summary>
    public double ErdosRenyiKernel => (double)(Inputs + Outputs + KernelSum) / (Inputs * Outputs * KernelSize);
}
