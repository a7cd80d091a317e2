namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The theory's predictions for the preactivations of a layer.</summary>
/// <param name="Layer">The layer of weights, from 1; the last one is the output layer.</param>
/// <param name="Kernel">K, their variance over random networks of infinite width.</param>
/// <param name="ParallelSusceptibility">chi_par: the factor of a deviation of K by the next layer; NaN at the last layer.</param>
/// <param name="PerpendicularSusceptibility">chi_perp: the factor of squared gradients by the next layer; NaN at the last layer.</param>
/// <param name="Fluctuation">n Var(K) / K^2 over random networks of width n, to leading order in 1 / n.</param>
public sealed record LayerPrediction(
    int Layer, double Kernel, double ParallelSusceptibility, double PerpendicularSusceptibility, double Fluctuation);

/// <summary>The variances of a layer's initial weights.</summary>
/// <param name="Bias">C_b, the variance of biases.</param>
/// <param name="Weight">C_W, the variance of weights times the inputs of a neuron.</param>
/// <param name="Residual">gamma, the factor of the previous preactivations that is added; 0 for none.</param>
internal readonly record struct LayerVariances(double Bias, double Weight, double Residual = 0);

/// <summary>The recursion of variances, susceptibilities and fluctuations through a fully connected network.</summary>
/// <remarks>
/// <c>K' = C_b + C_W g(K) + gamma^2 K</c>; <c>chi_par = C_W g'(K) + gamma^2</c>; <c>chi_perp = C_W &lt;sigma'^2&gt; + gamma^2</c>;
/// <c>V' = chi_par^2 V + C_W^2 (&lt;sigma^4&gt; - g^2) + 4 gamma^2 K^2 C_W g'</c>, V / n being the covariance of the squares of two
/// neurons. The last term, from the residual weight, is due to the correlation of a layer's input and the size of its output.
/// Source: Roberts, Yaida, Hanin 2022, arXiv 2106.10165.
/// </remarks>
internal static class SignalPropagation
{
    private const double Vanished = 1e-70, Overflown = 1e70;

    /// <summary>The layers from the first on.</summary>
    /// <param name="activation">sigma.</param>
    /// <param name="firstKernel">K of the first layer.</param>
    /// <param name="following">The layers after it.</param>
    public static IReadOnlyList<LayerPrediction> Run(
        ActivationFunction activation, double firstKernel, IEnumerable<LayerVariances> following)
    {
        var predictions = new List<LayerPrediction>();
        var (kernel, vertex) = (firstKernel, 0.0);
        foreach (var next in following)
        {
            var kept = next.Residual * next.Residual;
            // Vanishing or overflowing values have no statistics: their fourth powers are outside double precision.
            var at = kernel is > Vanished and < Overflown ? ActivationStatistics.Of(activation, kernel) : null;
            var square = at?.Square ?? (kernel <= Vanished ? Math.Pow(activation.Value(0), 2) : double.PositiveInfinity);
            var (own, turning) = at is null ? (double.NaN, double.NaN) : (next.Weight * at.SquareSlope, next.Weight * at.DerivativeSquare);
            predictions.Add(new LayerPrediction(predictions.Count + 1, kernel, own + kept, turning + kept, vertex / (kernel * kernel)));
            vertex = at is null ? 0 : ((own + kept) * (own + kept) * vertex)
                + (kernel * kernel * ((next.Weight * next.Weight * at.Excess(kernel)) + (4 * kept * own)));
            kernel = next.Bias + (next.Weight * square) + (kept > 0 ? kept * kernel : 0);
        }
        predictions.Add(new LayerPrediction(predictions.Count + 1, kernel, double.NaN, double.NaN, vertex / (kernel * kernel)));
        return predictions;
    }
}
