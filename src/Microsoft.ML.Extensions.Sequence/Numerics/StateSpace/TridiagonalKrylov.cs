using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// The Krylov vectors of a structured system: with <c>S(x) = M^-1 T x</c>, both tridiagonal, <c>X_0 = S(z)</c> and
/// <c>X_{l+1} = a S(X_l) - b X_l</c>; and the kernels <c>K_l = C X_l</c>. O(N) per step and feature; SIMD over features, on all cores.
/// </summary>
/// <remarks>
/// The bilinear step of <c>A = -P (D + T^-1) Q</c> in coordinates <c>x / P</c> (Gu et al. 2021, arXiv 2110.13985, appendix D):
/// <c>(I - alpha delta A)^-1</c> becomes <c>M^-1 T</c> with <c>M = T (I + alpha delta D P Q) + alpha delta P Q</c>, and
/// <c>Abar = 1/alpha (I - alpha delta A)^-1 - (1 - alpha)/alpha I</c>. No rows are exchanged in the solve: for LegS, LegT and LagT the
/// pivots are positive.
/// </remarks>
internal static unsafe class TridiagonalKrylov
{
    /// <summary>Adding and subtracting it flushes values near the denormal numbers, which are a hundred times slower, to zero.</summary>
    private const float Smallest = 1e-30f;

    /// <summary>Fills <see cref="TridiagonalKrylovData.States"/> and <see cref="TridiagonalKrylovData.Kernel"/>.</summary>
    public static void Forward(TridiagonalKrylovShape shape, TridiagonalKrylovData data) => Forward(shape, data, ScanExecution.Default);

    public static void Forward(TridiagonalKrylovShape shape, TridiagonalKrylovData data, ScanExecution execution)
    {
        var fitting = execution with { Width = LaneWidths.Fitting(execution.Width, shape.Features) };
        LaneWork.Run(new ForwardWork(shape, data), Groups(shape, fitting.Width), fitting);
    }

    /// <summary>
    /// Fills the gradients from the states that <see cref="Forward(TridiagonalKrylovShape, TridiagonalKrylovData)"/> left.
    /// </summary>
    public static void Backward(TridiagonalKrylovShape shape, TridiagonalKrylovData data, TridiagonalKrylovGradients gradients) =>
        Backward(shape, data, gradients, ScanExecution.Default);

    public static void Backward(
        TridiagonalKrylovShape shape, TridiagonalKrylovData data, TridiagonalKrylovGradients gradients, ScanExecution execution)
    {
        var fitting = execution with { Width = LaneWidths.Fitting(execution.Width, shape.Features) };
        LaneWork.Run(new BackwardWork(shape, data, gradients), Groups(shape, fitting.Width), fitting);
    }

    private static int Groups(TridiagonalKrylovShape shape, LaneWidth width) => (shape.Features + (int)width - 1) / (int)width;

    // The last group is shifted to end with the features: those it shares with its neighbour are computed twice, with the same bits.
    private static int FirstFeature<TLane>(TridiagonalKrylovShape shape, int group) where TLane : struct, IFloatLane<TLane> =>
        Math.Min(group * TLane.Width, shape.Features - TLane.Width);

    private readonly struct ForwardWork(TridiagonalKrylovShape shape, TridiagonalKrylovData data) : ILaneWork
    {
        private readonly TridiagonalKrylovData _data = data;

        public long Size => (long)shape.Size * shape.Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane>(int group) where TLane : struct, IFloatLane<TLane>
        {
            var feature = FirstFeature<TLane>(shape, group);
            var stride = (nint)shape.Size * shape.Features;
            using var solver = new TridiagonalSolver<TLane>(shape, _data, feature);
            using var solved = new FloatBuffer(shape.Size * TLane.Width);
            var (forward, back, smallest) = (TLane.Constant(shape.Forward), TLane.Constant(shape.Back), TLane.Constant(Smallest));
            for (var step = 0; step < shape.Length; step++)
            {
                var state = _data.States + feature + (step * stride);
                var first = step == 0;
                solver.Apply(first ? _data.Seed + feature : state - stride, solved.Start);
                for (var n = 0; n < shape.Size; n++)
                {
                    var value = TLane.Load(solved.Start + (n * TLane.Width));
                    var place = state + ((nint)n * shape.Features);
                    var next = first ? value : (forward * value) - (back * TLane.Load(place - stride));
                    TLane.Store((next + smallest) - smallest, place);
                }
                Output<TLane>(state, feature, step);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Output<TLane>(float* state, int feature, int step) where TLane : struct, IFloatLane<TLane>
        {
            for (var channel = 0; channel < shape.Channels; channel++)
            {
                var weights = _data.Outputs + ((nint)channel * shape.Size * shape.Features) + feature;
                var sum = TLane.Constant(0);
                for (var n = 0; n < shape.Size; n++)
                {
                    var row = (nint)n * shape.Features;
                    sum = TLane.MultiplyAdd(TLane.Load(weights + row), TLane.Load(state + row), sum);
                }
                TLane.Store(sum, _data.Kernel + ((((nint)channel * shape.Length) + step) * shape.Features) + feature);
            }
        }
    }

    private readonly struct BackwardWork(TridiagonalKrylovShape shape, TridiagonalKrylovData data, TridiagonalKrylovGradients gradients)
        : ILaneWork
    {
        private readonly TridiagonalKrylovData _data = data;
        private readonly TridiagonalKrylovGradients _gradients = gradients;

        public long Size => 2L * shape.Size * shape.Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane>(int group) where TLane : struct, IFloatLane<TLane>
        {
            var feature = FirstFeature<TLane>(shape, group);
            var stride = (nint)shape.Size * shape.Features;
            using var solver = new TridiagonalSolver<TLane>(shape, _data, feature);
            using var adjoint = new FloatBuffer(shape.Size * TLane.Width);
            using var solved = new FloatBuffer(shape.Size * TLane.Width);
            using var sums = new TridiagonalSums<TLane>(shape.Size);
            using var outputs = new FloatBuffer(shape.Channels * shape.Size * TLane.Width);
            NativeMemory.Clear(outputs.Start, (nuint)(shape.Channels * shape.Size * TLane.Width) * sizeof(float));
            var (forward, back) = (TLane.Constant(shape.Forward), TLane.Constant(shape.Back));
            NativeMemory.Clear(adjoint.Start, (nuint)(shape.Size * TLane.Width) * sizeof(float));
            for (var step = shape.Length - 1; step >= 0; step--)
            {
                var offset = feature + (step * stride);
                AddOutput<TLane>(_data.States + offset, feature, step, adjoint.Start, outputs.Start);
                var first = step == 0;
                var previous = first ? _data.Seed + feature : _data.States + offset - stride;
                // S(previous), out of the state it went into.
                for (var n = 0; n < shape.Size; n++)
                {
                    var place = (nint)n * shape.Features;
                    var state = TLane.Load(_data.States + offset + place);
                    TLane.Store(first ? state : (state + (back * TLane.Load(previous + place))) / forward, solved.Start
                        + (n * TLane.Width));
                }
                solver.ApplyAdjoint(adjoint.Start, first ? TLane.Constant(1) : forward, first ? TLane.Constant(0)
                    : back, out var solvedAdjoint);
                sums.Add(solvedAdjoint, solved.Start, previous, shape.Features);
            }
            sums.Write(_gradients.Solved + feature, _gradients.Multiplied + feature, shape.Features);
            Write<TLane>(adjoint.Start, shape.Size, _gradients.Seed + feature);
            Write<TLane>(outputs.Start, shape.Channels * shape.Size, _gradients.Outputs + feature);
        }

        // The backward pass of K = C X, into the adjoint of the state and the gradient of C.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void AddOutput<TLane>(float* state, int feature, int step, float* adjoint, float* outputs) where TLane
            : struct, IFloatLane<TLane>
        {
            for (var channel = 0; channel < shape.Channels; channel++)
            {
                var weights = _data.Outputs + ((nint)channel * shape.Size * shape.Features) + feature;
                var gradient = TLane.Load(_gradients.Kernel + ((((nint)channel * shape.Length) + step) * shape.Features) + feature);
                for (var n = 0; n < shape.Size; n++)
                {
                    var row = (nint)n * shape.Features;
                    var place = adjoint + (n * TLane.Width);
                    var output = outputs + (((channel * shape.Size) + n) * TLane.Width);
                    TLane.Store(TLane.MultiplyAdd(TLane.Load(weights + row), gradient, TLane.Load(place)), place);
                    TLane.Store(TLane.MultiplyAdd(TLane.Load(state + row), gradient, TLane.Load(output)), output);
                }
            }
        }

        private void Write<TLane>(float* lanes, int rows, float* target) where TLane : struct, IFloatLane<TLane>
        {
            for (var row = 0; row < rows; row++)
            {
                TLane.Store(TLane.Load(lanes + (row * TLane.Width)), target + ((nint)row * shape.Features));
            }
        }
    }
}
