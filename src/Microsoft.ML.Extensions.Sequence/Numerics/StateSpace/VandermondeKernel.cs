using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// <c>K[h, m, l] = Re sum_n w[h, m, n] lambda[h, n]^l</c>, the kernel of diagonal state-space systems, and its gradients, without the
/// matrix of powers: memory is that of K. SIMD along l, features on all cores.
/// </summary>
/// <remarks>
/// Powers are multiplied in single precision within one tile; each tile starts from a power in double precision, so the error
/// does not grow with the length. A mode is dropped once its powers underflow.
/// </remarks>
internal static unsafe class VandermondeKernel
{
    /// <summary>The number of lanes in a tile.</summary>
    private const int Chain = 16;

    /// <summary>Smaller powers are treated as zero, which also keeps slow denormal numbers out of the loops.</summary>
    private const double Negligible = 1e-30;

    /// <summary>Fills K, [H, M, L].</summary>
    public static void Forward(VandermondeShape shape, VandermondeData data, float* kernel) =>
        Forward(shape, data, kernel, ScanExecution.Default);

    public static void Forward(VandermondeShape shape, VandermondeData data, float* kernel, ScanExecution execution) =>
        LaneWork.Run(new ForwardWork(shape, data, kernel), shape.Features, execution);

    /// <summary>Fills the gradients of poles and weights from that of K, [H, M, L].</summary>
    public static void Backward(VandermondeShape shape, VandermondeData data, float* gradient, VandermondeData gradients) =>
        Backward(shape, data, gradient, gradients, ScanExecution.Default);

    public static void Backward(
        VandermondeShape shape, VandermondeData data, float* gradient, VandermondeData gradients, ScanExecution execution) =>
        LaneWork.Run(new BackwardWork(shape, data, gradient, gradients), shape.Features, execution);

    private readonly struct ForwardWork(VandermondeShape shape, VandermondeData data, float* kernel) : ILaneWork
    {
        private readonly VandermondeData _data = data;
        private readonly float* _kernel = kernel;

        public long Size => shape.Work;

        public void Run<TLane>(int feature) where TLane : struct, IFloatLane<TLane> => Forward<TLane>(shape, _data, _kernel, feature);
    }

    private readonly struct BackwardWork(VandermondeShape shape, VandermondeData data, float* gradient, VandermondeData gradients)
        : ILaneWork
    {
        private readonly VandermondeData _data = data;
        private readonly float* _gradient = gradient;
        private readonly VandermondeData _gradients = gradients;

        public long Size => shape.Work;

        public void Run<TLane>(int feature) where TLane : struct, IFloatLane<TLane> =>
            Backward<TLane>(shape, _data, _gradient, _gradients, feature);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<TLane>(VandermondeShape shape, VandermondeData data, float* kernel, int feature)
        where TLane : struct, IFloatLane<TLane>
    {
        using var powers = new PolePowers(shape, data, feature, TLane.Width, Chain);
        using var sums = new FloatBuffer(powers.Tile);
        for (var start = 0; start < shape.Length; start += powers.Tile)
        {
            var end = Math.Min(powers.Tile, shape.Length - start);
            for (var channel = 0; channel < shape.Channels; channel++)
            {
                var row = (nint)((feature * shape.Channels) + channel);
                NativeMemory.Clear(sums.Start, (nuint)powers.Tile * sizeof(float));
                for (var mode = 0; mode < shape.Modes; mode++)
                {
                    if (powers.IsNegligible(mode, Negligible))
                    {
                        continue;
                    }
                    var weight = (row * shape.Modes) + mode;
                    var real = TLane.Constant(data.WeightReal[weight]);
                    var minusImaginary = TLane.Constant(-data.WeightImaginary[weight]);
                    var (stepReal, stepImaginary) = powers.Step<TLane>(mode);
                    var (re, im) = powers.First<TLane>(mode);
                    for (var l = 0; l < end; l += TLane.Width)
                    {
                        var sum = TLane.MultiplyAdd(re, real, TLane.Load(sums.Start + l));
                        TLane.Store(TLane.MultiplyAdd(im, minusImaginary, sum), sums.Start + l);
                        (re, im) = Multiply(re, im, stepReal, stepImaginary);
                    }
                }
                NativeMemory.Copy(sums.Start, kernel + (row * shape.Length) + start, (nuint)end * sizeof(float));
            }
            powers.NextTile();
        }
    }

    // With S = sum_l g_l lambda^l and R = sum_l g_l l lambda^(l-1): the gradient of w is the conjugate of S, that of lambda the one of w R.
    private static void Backward<TLane>(
        VandermondeShape shape, VandermondeData data, float* gradient, VandermondeData gradients, int feature)
        where TLane : struct, IFloatLane<TLane>
    {
        using var powers = new PolePowers(shape, data, feature, TLane.Width, Chain);
        using var plain = new FloatBuffer(powers.Tile);
        using var derived = new FloatBuffer(powers.Tile);
        using var sums = new FloatBuffer(4 * shape.Channels * shape.Modes * TLane.Width);
        NativeMemory.Clear(sums.Start, (nuint)(4 * shape.Channels * shape.Modes * TLane.Width) * sizeof(float));
        for (var start = 0; start < shape.Length; start += powers.Tile)
        {
            for (var channel = 0; channel < shape.Channels; channel++)
            {
                var row = (nint)((feature * shape.Channels) + channel) * shape.Length;
                CopyTile(gradient + row, start, shape.Length, powers.Tile, plain.Start, derived.Start);
                for (var mode = 0; mode < shape.Modes; mode++)
                {
                    if (!powers.IsNegligible(mode, Negligible))
                    {
                        AddTile<TLane>(powers, mode, plain.Start, derived.Start, sums.Start
                            + (4 * ((channel * shape.Modes) + mode) * TLane.Width));
                    }
                }
            }
            powers.NextTile();
        }
        Write<TLane>(shape, data, gradients, feature, sums.Start);
    }

    // g_l and (l + 1) g_(l+1) of a tile, zero beyond the end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyTile(float* gradient, int start, int length, int tile, float* plain, float* derived)
    {
        for (var i = 0; i < tile; i++)
        {
            var l = start + i;
            plain[i] = l < length ? gradient[l] : 0;
            derived[i] = l + 1 < length ? (l + 1) * gradient[l + 1] : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile<TLane>(PolePowers powers, int mode, float* plain, float* derived, float* sums)
        where TLane : struct, IFloatLane<TLane>
    {
        var (stepReal, stepImaginary) = powers.Step<TLane>(mode);
        var (re, im) = powers.First<TLane>(mode);
        var (sReal, sImaginary) = (TLane.Load(sums), TLane.Load(sums + TLane.Width));
        var (rReal, rImaginary) = (TLane.Load(sums + (2 * TLane.Width)), TLane.Load(sums + (3 * TLane.Width)));
        for (var l = 0; l < powers.Tile; l += TLane.Width)
        {
            var (g, d) = (TLane.Load(plain + l), TLane.Load(derived + l));
            sReal = TLane.MultiplyAdd(g, re, sReal);
            sImaginary = TLane.MultiplyAdd(g, im, sImaginary);
            rReal = TLane.MultiplyAdd(d, re, rReal);
            rImaginary = TLane.MultiplyAdd(d, im, rImaginary);
            (re, im) = Multiply(re, im, stepReal, stepImaginary);
        }
        TLane.Store(sReal, sums);
        TLane.Store(sImaginary, sums + TLane.Width);
        TLane.Store(rReal, sums + (2 * TLane.Width));
        TLane.Store(rImaginary, sums + (3 * TLane.Width));
    }

    private static void Write<TLane>(VandermondeShape shape, VandermondeData data, VandermondeData gradients, int feature, float* sums)
        where TLane : struct, IFloatLane<TLane>
    {
        for (var mode = 0; mode < shape.Modes; mode++)
        {
            double poleReal = 0, poleImaginary = 0;
            for (var channel = 0; channel < shape.Channels; channel++)
            {
                var lanes = sums + (4 * ((channel * shape.Modes) + mode) * TLane.Width);
                double Sum(int part)
                {
                    double sum = 0;
                    for (var lane = 0; lane < TLane.Width; lane++)
                    {
                        sum += lanes[(part * TLane.Width) + lane];
                    }
                    return sum;
                }
                var weight = ((nint)((feature * shape.Channels) + channel) * shape.Modes) + mode;
                (gradients.WeightReal[weight], gradients.WeightImaginary[weight]) = ((float)Sum(0), (float)-Sum(1));
                var (real, imaginary) = (data.WeightReal[weight], data.WeightImaginary[weight]);
                poleReal += (real * Sum(2)) - (imaginary * Sum(3));
                poleImaginary -= (real * Sum(3)) + (imaginary * Sum(2));
            }
            var pole = ((nint)feature * shape.Modes) + mode;
            (gradients.PoleReal[pole], gradients.PoleImaginary[pole]) = ((float)poleReal, (float)poleImaginary);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLane Real, TLane Imaginary) Multiply<TLane>(TLane re, TLane im, TLane otherRe, TLane otherIm)
        where TLane : struct, IFloatLane<TLane> =>
        ((re * otherRe) - (im * otherIm), TLane.MultiplyAdd(re, otherIm, im * otherRe));
}
