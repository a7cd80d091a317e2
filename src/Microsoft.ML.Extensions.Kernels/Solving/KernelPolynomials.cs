using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// A kernel function in single precision as two polynomials in <c>sqrt(1 - |t|)</c>, one for each sign of the inner product t: this is
/// evaluated billions of times, in vector registers, while kernel tiles stream by.
/// </summary>
/// <remarks>
/// The kernels of deep networks have roots of <c>1 - t</c> and <c>1 + t</c> at the ends, and in the root they are smooth, so that the
/// coefficients of their Chebyshev series fall geometrically.
/// </remarks>
internal sealed class KernelPolynomials
{
    private const int LeastCoefficients = 12;
    private const int MostCoefficients = 64;
    private const int Checks = 997;

    // Relative to the value at 1.
    private const double Tolerance = 2e-6;

    private readonly float[] _same;
    private readonly float[] _opposite;

    private KernelPolynomials(IKernelFunction kernel, int count) =>
        (_same, _opposite) = (Coefficients(kernel, 1, count), Coefficients(kernel, -1, count));

    /// <summary>Polynomials that agree with a kernel to 2e-6; null where it is not smooth enough for that.</summary>
    public static KernelPolynomials? Fit(IKernelFunction kernel)
    {
        for (var count = LeastCoefficients; count <= MostCoefficients; count += 4)
        {
            var fit = new KernelPolynomials(kernel, count);
            if (fit.LargestError(kernel) <= Tolerance * kernel.AtOne)
            {
                return fit;
            }
        }
        return null;
    }

    /// <summary>Replaces inner products by kernel values.</summary>
    public void Apply(Span<float> products)
    {
        var lanes = MemoryMarshal.Cast<float, Vector256<float>>(products);
        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] = Value(lanes[i]);
        }
        for (var i = lanes.Length * Vector256<float>.Count; i < products.Length; i++)
        {
            products[i] = Value(Vector256.Create(products[i]))[0];
        }
    }

    private Vector256<float> Value(Vector256<float> product)
    {
        var one = Vector256.Create(1f);
        var root = Vector256.Sqrt(Vector256.Max(one - Vector256.Abs(product), Vector256<float>.Zero));
        var position = root + root - one;
        var same = Vector256.GreaterThanOrEqual(product, Vector256<float>.Zero);
        return same.AsInt32() == Vector256<int>.AllBitsSet ? Horner(_same, position)
            : Vector256.ConditionalSelect(same, Horner(_same, position), Horner(_opposite, position));
    }

    private static Vector256<float> Horner(float[] coefficients, Vector256<float> position)
    {
        var value = Vector256.Create(coefficients[^1]);
        for (var k = coefficients.Length - 2; k >= 0; k--)
        {
            value = Fused.MultiplyAdd(value, position, Vector256.Create(coefficients[k]));
        }
        return value;
    }

    // The interpolant at the Chebyshev points, in powers of the position from -1 to 1.
    private static float[] Coefficients(IKernelFunction kernel, int sign, int count)
    {
        var angles = Enumerable.Range(0, count).Select(j => Math.PI * (j + 0.5) / count).ToArray();
        var values = angles.Select(angle => sign * (1 - Math.Pow((1 + Math.Cos(angle)) / 2, 2))).ToArray();
        kernel.Apply(values);
        var (power, before, sum) = (new double[count], new double[count], new double[count]);
        power[0] = 1;
        for (var k = 0; k < count; k++)
        {
            var weight = (k == 0 ? 1.0 : 2.0) / count * angles.Select((angle, j) => values[j] * Math.Cos(k * angle)).Sum();
            for (var i = 0; i <= k; i++)
            {
                sum[i] += weight * power[i];
            }
            (power, before) = (Next(power, before, k), power);
        }
        return [.. sum.Select(value => (float)value)];
    }

    // T(k+1) = 2 x T(k) - T(k-1), and T(1) = x.
    private static double[] Next(double[] power, double[] before, int k)
    {
        var next = new double[power.Length];
        for (var i = 0; i < power.Length; i++)
        {
            next[i] = ((k == 0 ? 1 : 2) * (i > 0 ? power[i - 1] : 0)) - before[i];
        }
        return next;
    }

    private double LargestError(IKernelFunction kernel)
    {
        var exact = Enumerable.Range(0, Checks).Select(i => (double)(float)Math.Cos(Math.PI * i / (Checks - 1))).ToArray();
        var fitted = exact.Select(value => (float)value).ToArray();
        kernel.Apply(exact);
        Apply(fitted);
        return exact.Zip(fitted, (e, f) => Math.Abs(e - f)).Max();
    }
}
