namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Learning rates for which all layers contribute equally to the change of the outputs: the equivalence principle.</summary>
/// <remarks>
/// <para>
/// With <c>lr(b) = eta lambda_b</c> and <c>lr(W) = eta lambda_W / n</c>, layer l of L adds <c>lambda_b + lambda_W g(K)</c> times the
/// product of chi_perp after it to the tangent kernel, where K goes as l^-p_0 and the product as (l / L)^p_perp. Equal parts that sum to
/// one are <c>lambda_b = (L / l)^p_perp / L</c> and <c>lambda_W = l^p_0 (L / l)^p_perp / L</c>: for ReLU both 1 / L, for tanh 1 / l and 1.
/// Source: Roberts, Yaida, Hanin 2022, arXiv 2106.10165.
/// </para>
/// <para>
/// Adam's steps have the size of the rate whatever the gradient's, so a layer changes its preactivations by n times the rate of weights,
/// times the size of what it reads, and that of biases. Equal parts of the last layer's change, each in units of the preactivations it is a
/// change of (their sizes go as l^(-p_0 / 2)), are <c>lambda_W = (L / l)^((p_perp - p_0) / 2) / L</c> and
/// <c>lambda_b = l^(-p_0 / 2) lambda_W</c>: weights of ReLU and of tanh alike 1 / (L n). This extends the source, which covers plain
/// gradient descent.
/// </para>
/// </remarks>
/// <param name="kernelExponent">p_0.</param>
/// <param name="gradientExponent">p_perp.</param>
/// <param name="layers">L, the layers of weights.</param>
/// <param name="adaptive">Whether steps are Adam's.</param>
internal sealed class LayerRates(double kernelExponent, double gradientExponent, int layers, bool adaptive)
{
    /// <summary>lambda_b of a layer, from 1.</summary>
    public double Bias(int layer) => adaptive
        ? Math.Pow(layer, -kernelExponent / 2) * Weight(layer)
        : Math.Pow((double)layers / layer, gradientExponent) / layers;

    /// <summary>lambda_W of a layer, from 1; the rate is this over n.</summary>
    public double Weight(int layer) => adaptive
        ? Math.Pow((double)layers / layer, (gradientExponent - kernelExponent) / 2) / layers
        : Math.Pow(layer, kernelExponent) * Bias(layer);
}
