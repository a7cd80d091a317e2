using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// A kernel function as two polynomials in <c>sqrt(1 - |t|)</c>, one for each sign of the inner product t: what is evaluated for every pair of
/// rows, in vector registers.
/// </summary>
/// <remarks>
/// The kernels of deep networks have roots of <c>1 - t</c> and <c>1 + t</c> at the ends, and in the root they are smooth, so that the
/// coefficients of their Chebyshev series fall geometrically.
/// </remarks>
internal sealed class KernelPolynomials : IKernelFunction
{
    private const int LeastCoefficients = 12;
    private const int MostCoefficients = 64;
    private const int Checks = 997;

    // Of the value at 1.
    private const double DoubleTolerance = 1e-13;
    private const double SingleTolerance = 2e-6;

    private readonly double[] _same;
    private readonly double[] _opposite;
    private readonly float[] _sameSingle;
    private readonly float[] _oppositeSingle;

    private KernelPolynomials(IKernelFunction kernel, int count)
    {
        AtOne = kernel.AtOne;
        (_same, _opposite) = (Coefficients(kernel, 1, count), Coefficients(kernel, -1, count));
        (_sameSingle, _oppositeSingle) = (Singles(_same), Singles(_opposite));
    }

    public double AtOne { get; }

    /// <summary>The kernel by polynomials that agree with it to 1e-13, or the kernel itself where it is not smooth enough for that.</summary>
    public static IKernelFunction Of(IKernelFunction kernel) =>
        Fit(kernel, polynomials => polynomials.LargestError(kernel) <= DoubleTolerance * kernel.AtOne) ?? kernel;

    /// <summary>The kernel by polynomials that agree with it to 2e-6, for single precision; null where it is not smooth enough for that.</summary>
    public static KernelPolynomials? Single(IKernelFunction kernel) =>
        Fit(kernel, polynomials => polynomials.LargestSingleError(kernel) <= SingleTolerance * kernel.AtOne);

    public void Apply(Span<double> products)
    {
        var lanes = MemoryMarshal.Cast<double, Vector256<double>>(products);
        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] = Value(lanes[i]);
        }
        for (var i = lanes.Length * Vector256<double>.Count; i < products.Length; i++)
        {
            products[i] = Value(Vector256.Create(products[i]))[0];
        }
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

    private static KernelPolynomials? Fit(IKernelFunction kernel, Func<KernelPolynomials, bool> agrees)
    {
        for (var count = LeastCoefficients; count <= MostCoefficients; count += 4)
        {
            var fit = new KernelPolynomials(kernel, count);
            if (agrees(fit))
            {
                return fit;
            }
        }
        return null;
    }

    private Vector256<double> Value(Vector256<double> product)
    {
        var one = Vector256.Create(1.0);
        var root = Vector256.Sqrt(Vector256.Max(one - Vector256.Abs(product), Vector256<double>.Zero));
        var position = root + root - one;
        var same = Vector256.GreaterThanOrEqual(product, Vector256<double>.Zero);
        return same.AsInt64() == Vector256<long>.AllBitsSet ? Horner(_same, position)
            : Vector256.ConditionalSelect(same, Horner(_same, position), Horner(_opposite, position));
    }

    private Vector256<float> Value(Vector256<float> product)
    {
        var one = Vector256.Create(1f);
        var root = Vector256.Sqrt(Vector256.Max(one - Vector256.Abs(product), Vector256<float>.Zero));
        var position = root + root - one;
        var same = Vector256.GreaterThanOrEqual(product, Vector256<float>.Zero);
        return same.AsInt32() == Vector256<int>.AllBitsSet ? Horner(_sameSingle, position)
            : Vector256.ConditionalSelect(same, Horner(_sameSingle, position), Horner(_oppositeSingle, position));
    }

    private static Vector256<double> Horner(double[] coefficients, Vector256<double> position)
    {
        var value = Vector256.Create(coefficients[^1]);
        for (var k = coefficients.Length - 2; k >= 0; k--)
        {
            var coefficient = Vector256.Create(coefficients[k]);
            value = Fma.IsSupported ? Fma.MultiplyAdd(value, position, coefficient) : (value * position) + coefficient;
        }
        return value;
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
    private static double[] Coefficients(IKernelFunction kernel, int sign, int count)
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
        return sum;
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

    private static float[] Singles(double[] values) => [.. values.Select(value => (float)value)];

    // At products that single precision has, too.
    private static double[] Products() => [.. Enumerable.Range(0, Checks).Select(i => (double)(float)Math.Cos(Math.PI * i / (Checks - 1)))];

    private double LargestError(IKernelFunction kernel)
    {
        var (exact, fitted) = (Products(), Products());
        kernel.Apply(exact);
        Apply(fitted);
        return exact.Zip(fitted, (e, f) => Math.Abs(e - f)).Max();
    }

    private double LargestSingleError(IKernelFunction kernel)
    {
        var (exact, fitted) = (Products(), Singles(Products()));
        kernel.Apply(exact);
        Apply(fitted);
        return exact.Zip(fitted, (e, f) => Math.Abs(e - f)).Max();
    }
}
