using System.Numerics;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The reference of <see cref="VandermondeKernel"/>: one feature and channel in double precision, each power by itself.</summary>
internal static class VandermondeReference
{
    /// <summary><c>K_l = Re sum_n w_n lambda_n^l</c> for l below the length.</summary>
    public static double[] Forward(IReadOnlyList<Complex> poles, IReadOnlyList<Complex> weights, int length) =>
        [.. Enumerable.Range(0, length).Select(l => poles.Zip(weights, (pole, weight) => (weight * Complex.Pow(pole, l)).Real).Sum())];

    /// <summary>
    /// The gradients by the real and imaginary parts (as those of a complex number) of the poles and the weights, from those of K.
    /// </summary>
    public static (Complex[] Poles, Complex[] Weights) Backward(
        IReadOnlyList<Complex> poles, IReadOnlyList<Complex> weights, IReadOnlyList<double> gradient)
    {
        var (byPole, byWeight) = (new Complex[poles.Count], new Complex[poles.Count]);
        for (var n = 0; n < poles.Count; n++)
        {
            for (var l = 0; l < gradient.Count; l++)
            {
                byWeight[n] += gradient[l] * Complex.Conjugate(Complex.Pow(poles[n], l));
                byPole[n] += l == 0 ? 0 : gradient[l] * l * Complex.Conjugate(weights[n] * Complex.Pow(poles[n], l - 1));
            }
        }
        return (byPole, byWeight);
    }
}
