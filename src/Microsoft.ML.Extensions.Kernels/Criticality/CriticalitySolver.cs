namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Finds the critical point of any activation by quadrature and bisection.</summary>
/// <remarks>
/// First the scale-invariant class, by the function itself. Then K* = 0: with <c>C_W = lim K / g(K)</c>, K must shrink near 0. Then a
/// root of <c>F(K) = g'(K) - &lt;sigma'^2&gt;</c>: there C_W = 1 / &lt;sigma'^2&gt; makes both susceptibilities one, and
/// <c>C_b = K - C_W g(K)</c> must not be negative, since it is a variance.
/// </remarks>
internal static class CriticalitySolver
{
    private const double SmallestKernel = 1e-3, LargestKernel = 1e3, NearZero = 1e-4, Vanishing = 1e-8, Alike = 1e-9, Moves = 1e-10;
    private const int ScanPoints = 121, Bisections = 200;

    private static readonly double[] NearKernels = [NearZero, 1e-3, 1e-2, 0.1];
    private static readonly double[] Probes = [0.1, 0.5, 1, 2.3];
    private static readonly double[] Scales = [0.01, 0.37, 3, 20];

    public static CriticalPoint Solve(ActivationFunction activation) =>
        IsScaleInvariant(activation) ? ScaleInvariant(activation) : AtZero(activation) ?? AtRoot(activation);

    private static bool IsScaleInvariant(ActivationFunction activation) => Probes.All(z => Scales.All(scale =>
        Near(activation.Value(scale * z), scale * activation.Value(z))
            && Near(activation.Value(-scale * z), scale * activation.Value(-z))));

    private static bool Near(double a, double b) => Math.Abs(a - b) <= Alike * Math.Max(Math.Abs(a), Math.Abs(b));

    private static CriticalPoint ScaleInvariant(ActivationFunction activation)
    {
        var (positive, negative) = (activation.Value(1), activation.Value(-1));
        var mean = ((positive * positive) + (negative * negative)) / 2;
        return mean == 0 ? None(activation, "it is 0 everywhere")
            : new CriticalPoint(activation, UniversalityClass.ScaleInvariant)
            {
                BiasVariance = 0,
                WeightVariance = 1 / mean,
                Fluctuation = ActivationStatistics.Of(activation, 1).Excess(1) / (mean * mean),
            };
    }

    private static CriticalPoint? AtZero(ActivationFunction activation)
    {
        if (Math.Abs(activation.Value(0)) > Vanishing)
        {
            return null;
        }
        // g(K) / K near 0 is A (1 - c K^q); q is 1 where the function is smooth. It must fall, from the smallest K on at which it moves.
        double Ratio(double kernel) => ActivationStatistics.SquareAt(activation, kernel) / kernel;
        double Fall(double kernel) => Ratio(kernel) - Ratio(2 * kernel);
        if (!(Ratio(NearZero) > Vanishing)
            || !(NearKernels.Select(kernel => Fall(kernel) / Ratio(kernel)).FirstOrDefault(fall => Math.Abs(fall) > Moves) > 0))
        {
            return null;
        }
        // Exactly linear near 0 (hard tanh): K falls more slowly than any power.
        var isFlat = Fall(NearZero) <= Moves * Ratio(NearZero);
        var power = isFlat ? 1 : Limit(kernel => Math.Log2(Fall(2 * kernel) / Fall(kernel)));
        var slope = Ratio(NearZero) + (Fall(NearZero) / (Math.Pow(2, power) - 1));
        double TurningFall(double kernel) =>
            ActivationStatistics.DerivativeSquareAt(activation, kernel) - ActivationStatistics.DerivativeSquareAt(activation, 2 * kernel);
        return new CriticalPoint(activation, UniversalityClass.ZeroFixedPoint)
        {
            BiasVariance = 0,
            WeightVariance = 1 / slope,
            Kernel = 0,
            KernelExponent = isFlat ? 0 : 1 / power,
            GradientExponent = isFlat ? 0 : Limit(kernel => TurningFall(kernel) / Fall(kernel)) / power,
            Fluctuation = Limit(kernel => ActivationStatistics.Of(activation, kernel).Excess(kernel)) / (slope * slope) / 3,
        };
    }

    // Of a function whose value at K is its limit at 0 and an error in proportion to K, at first.
    private static double Limit(Func<double, double> function) => (2 * function(NearZero)) - function(2 * NearZero);

    private static CriticalPoint AtRoot(ActivationFunction activation)
    {
        double Difference(double kernel) =>
            ActivationStatistics.SquareSlopeAt(activation, kernel) - ActivationStatistics.DerivativeSquareAt(activation, kernel);
        var rejected = "";
        var (kernel, value) = (double.NaN, double.NaN);
        for (var i = 0; i < ScanPoints; i++)
        {
            var next = SmallestKernel * Math.Pow(LargestKernel / SmallestKernel, i / (ScanPoints - 1.0));
            var nextValue = Difference(next);
            if (value * nextValue < 0)
            {
                var root = Bisect(Difference, kernel, next);
                var (bias, weight) = Variances(activation, root);
                if (bias >= 0 && weight > 0)
                {
                    return HalfStable(activation, root, bias, weight);
                }
                rejected = $"at K = {Text.Of(root)}, where both susceptibilities could be 1, the variance of biases would have to be {Text.Of(bias)}";
            }
            (kernel, value) = (next, nextValue);
        }
        return None(activation, rejected.Length > 0 ? rejected
            : $"at no K from {Text.Of(SmallestKernel)} to {Text.Of(LargestKernel)} can signals and gradients both keep their size");
    }

    private static double Bisect(Func<double, double> function, double from, double to)
    {
        var rising = function(from) < 0;
        for (var i = 0; i < Bisections && from < to; i++)
        {
            var middle = (from + to) / 2;
            if (middle == from || middle == to)
            {
                break;
            }
            (from, to) = function(middle) < 0 == rising ? (middle, to) : (from, middle);
        }
        return (from + to) / 2;
    }

    private static (double Bias, double Weight) Variances(ActivationFunction activation, double kernel)
    {
        var weight = 1 / ActivationStatistics.DerivativeSquareAt(activation, kernel);
        return (kernel - (weight * ActivationStatistics.SquareAt(activation, kernel)), weight);
    }

    private static CriticalPoint HalfStable(ActivationFunction activation, double kernel, double bias, double weight) =>
        new(activation, UniversalityClass.HalfStable)
        {
            BiasVariance = bias,
            WeightVariance = weight,
            Kernel = kernel,
            Fluctuation = weight * weight * ActivationStatistics.Of(activation, kernel).Excess(kernel),
        };

    private static CriticalPoint None(ActivationFunction activation, string reason) =>
        new(activation, UniversalityClass.None) { Reason = reason };
}
