using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.Gaussians;

/// <summary>
/// The sums of Gaussian kernels over a row of cosines, <c>sum_j exp(-(M_j - mu_k)^2 / (2 sigma_k^2))</c>, and their gradient (Xiong et al.
/// 2017, arXiv 1706.06613, section 3).
/// </summary>
internal abstract unsafe class KernelSums
{
    /// <summary>Those of this machine's widest lane.</summary>
    public static KernelSums Default { get; } = Of(LaneWidths.Widest);

    /// <summary>Those of a width, which does not affect the results, to the last bit.</summary>
    public static KernelSums Of(LaneWidth width) => width switch
    {
        LaneWidth.Sixteen => new KernelSums<Lane512>(),
        LaneWidth.Eight => new KernelSums<Lane256>(),
        LaneWidth.Four => new KernelSums<Lane128>(),
        _ => new KernelSums<ScalarLane>(),
    };

    /// <param name="count">Cosines.</param>
    /// <param name="cosines">The row.</param>
    /// <param name="kernels">K kernels.</param>
    /// <param name="sums">One number per kernel.</param>
    public abstract void Forward(int count, float* cosines, ReadOnlySpan<Gaussian> kernels, float* sums);

    /// <param name="count">Cosines.</param>
    /// <param name="cosines">The row.</param>
    /// <param name="kernels">K kernels.</param>
    /// <param name="outer">The gradient of each sum.</param>
    /// <param name="gradient">The gradient of the row.</param>
    public abstract void Backward(int count, float* cosines, ReadOnlySpan<Gaussian> kernels, float* outer, float* gradient);
}

/// <summary>A kernel <c>exp(-(x - Mean)^2 / (2 Deviation^2))</c>.</summary>
/// <param name="Mean">mu.</param>
/// <param name="Deviation">sigma.</param>
internal readonly record struct Gaussian(double Mean, double Deviation)
{
    /// <summary>-1 / (2 sigma^2).</summary>
    public double Exponent => -0.5 / (Deviation * Deviation);
}

/// <inheritdoc/>
internal sealed unsafe class KernelSums<TLane> : KernelSums
    where TLane : struct, IFloatLane<TLane>
{
    // The number of partial sums of a kernel: that of the widest lane, added in a fixed order.
    private const int Parts = (int)LaneWidth.Sixteen;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int count, float* cosines, ReadOnlySpan<Gaussian> kernels, float* sums)
    {
        var means = stackalloc float[kernels.Length];
        var exponents = stackalloc float[kernels.Length];
        var parts = stackalloc float[kernels.Length * Parts];
        new Span<float>(parts, kernels.Length * Parts).Clear();
        for (var k = 0; k < kernels.Length; k++)
        {
            (means[k], exponents[k]) = ((float)kernels[k].Mean, (float)kernels[k].Exponent);
        }
        var lanes = count - (count % TLane.Width);
        Add<TLane>(0, lanes, cosines, kernels.Length, means, exponents, parts);
        Add<ScalarLane>(lanes, count, cosines, kernels.Length, means, exponents, parts);
        for (var k = 0; k < kernels.Length; k++)
        {
            var sum = 0f;
            for (var i = 0; i < Parts; i++)
            {
                sum += parts[(k * Parts) + i];
            }
            sums[k] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(int count, float* cosines, ReadOnlySpan<Gaussian> kernels, float* outer, float* gradient)
    {
        var means = stackalloc float[kernels.Length];
        var exponents = stackalloc float[kernels.Length];
        var factors = stackalloc float[kernels.Length];
        for (var k = 0; k < kernels.Length; k++)
        {
            (means[k], exponents[k]) = ((float)kernels[k].Mean, (float)kernels[k].Exponent);
            factors[k] = 2 * exponents[k] * outer[k];
        }
        var lanes = count - (count % TLane.Width);
        Through<TLane>(0, lanes, cosines, kernels.Length, means, exponents, factors, gradient);
        Through<ScalarLane>(lanes, count, cosines, kernels.Length, means, exponents, factors, gradient);
    }

    // Kernels within: the next addition to a part waits for the one before it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(int from, int to, float* cosines, int kernels, float* means, float* exponents, float* parts)
        where T : struct, IFloatLane<T>
    {
        for (var j = from; j < to; j += T.Width)
        {
            var cosine = T.Load(cosines + j);
            var part = parts + (j % Parts);
            for (var k = 0; k < kernels; k++, part += Parts)
            {
                var distance = cosine - T.Broadcast(means + k);
                T.Store(T.Load(part) + T.Exp(distance * distance * T.Broadcast(exponents + k)), part);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Through<T>(
        int from, int to, float* cosines, int kernels, float* means, float* exponents, float* factors, float* gradient)
        where T : struct, IFloatLane<T>
    {
        for (var j = from; j < to; j += T.Width)
        {
            var (cosine, sum) = (T.Load(cosines + j), T.Constant(0));
            for (var k = 0; k < kernels; k++)
            {
                var distance = cosine - T.Broadcast(means + k);
                sum = T.MultiplyAdd(T.Exp(distance * distance * T.Broadcast(exponents + k)) * distance, T.Broadcast(factors + k), sum);
            }
            T.Store(sum, gradient + j);
        }
    }
}
