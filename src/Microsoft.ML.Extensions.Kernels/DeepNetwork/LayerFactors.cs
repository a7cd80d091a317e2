namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The learning rates of a network's parameters relative to that of the run, by the equivalence principle of <see cref="LayerRates"/>.
/// </summary>
/// <remarks>
/// The run's rate is that of a network of one hidden layer of 64 neurons; deeper and wider ones get less, so that one rate suits all. No
/// parameter gets more than the run's. With Adam the first layer's rate is reduced only by the square root of its inputs: standardised rows
/// differ from each other more than the activations of deep layers do, so a step for one row affects others less, the more numbers a row
/// has.
/// </remarks>
internal static class LayerFactors
{
    private const int UsualLayers = 2, UsualWidth = 64;

    /// <param name="point">The activation's critical point; where there is none, the exponents are taken as 0.</param>
    /// <param name="layers">All layers, from the first.</param>
    /// <param name="adaptive">Whether steps are Adam's.</param>
    /// <param name="nameOf">The name of a layer by its index.</param>
    public static Dictionary<string,
        double> Of(CriticalPoint point, IReadOnlyList<DeepLayer> layers, bool adaptive, Func<int, string> nameOf)
    {
        var rates = new LayerRates(point.KernelExponent, point.GradientExponent, layers.Count, adaptive);
        var usual = new LayerRates(point.KernelExponent, point.GradientExponent, UsualLayers, adaptive);
        var factors = new Dictionary<string, double>();
        for (var i = 0; i < layers.Count; i++)
        {
            var inputs = (double)UsualWidth / layers[i].Inputs;
            factors[$"{nameOf(i)}.weight"] = Math.Min(
                1, rates.Weight(i + 1) / usual.Weight(1) * (adaptive && i == 0 ? Math.Sqrt(inputs) : inputs));
            factors[$"{nameOf(i)}.bias"] = Math.Min(1, rates.Bias(i + 1) / usual.Bias(1));
        }
        return factors;
    }
}
