namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Kernel and neural tangent kernel of two inputs at a layer's preactivations.</summary>
/// <remarks>
/// <c>Theta' = lambda_b + lambda_W &lt;sigma_a sigma_b&gt; + (C_W &lt;sigma'_a sigma'_b&gt; + gamma^2) Theta</c>: the sum over all
/// parameters of the product of an output's derivatives at both inputs, each times its learning rate lambda_b (biases) or lambda_W / n
/// (weights). Source: Roberts, Yaida, Hanin 2022, arXiv 2106.10165.
/// </remarks>
/// <param name="First">K of the first input.</param>
/// <param name="Second">K of the second input.</param>
/// <param name="Mixed">Their covariance.</param>
/// <param name="Tangent">Theta.</param>
internal readonly record struct TangentKernel(double First, double Second, double Mixed, double Tangent)
{
    /// <summary>At the first layer.</summary>
    /// <param name="products">x_a.x_a, x_b.x_b and x_a.x_b, each divided by the number of inputs.</param>
    /// <param name="variances">C_b and C_W.</param>
    /// <param name="rates">lambda_b and lambda_W of the layer.</param>
    public static TangentKernel AtInputs(
        (double First, double Second, double Mixed) products, (double Bias, double Weight) variances,
            (double Bias, double Weight) rates) => new(
        variances.Bias + (variances.Weight * products.First), variances.Bias + (variances.Weight * products.Second),
        variances.Bias + (variances.Weight * products.Mixed), rates.Bias + (rates.Weight * products.Mixed));

    /// <summary>At the next layer.</summary>
    /// <param name="activation">sigma.</param>
    /// <param name="variances">C_b and C_W.</param>
    /// <param name="rates">lambda_b and lambda_W of the next layer.</param>
    /// <param name="residualWeight">gamma.</param>
    public TangentKernel Next(
        ActivationFunction activation, (double Bias, double Weight) variances, (double Bias, double Weight) rates,
            double residualWeight = 0)
    {
        var kept = residualWeight * residualWeight;
        var product = GaussianMean.OfProduct(activation.Value, activation.Value, First, Second, Mixed);
        var slopes = GaussianMean.OfProduct(activation.Derivative, activation.Derivative, First, Second, Mixed);
        return new(
            variances.Bias + (variances.Weight * ActivationStatistics.SquareAt(activation, First)) + (kept * First),
            variances.Bias + (variances.Weight * ActivationStatistics.SquareAt(activation, Second)) + (kept * Second),
            variances.Bias + (variances.Weight * product) + (kept * Mixed),
            rates.Bias + (rates.Weight * product) + (((variances.Weight * slopes) + kept) * Tangent));
    }
}
