using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.Attention;

/// <summary>
/// One head of one row: the O(1) recurrence of Feng et al. 2024 (arXiv 2405.13956, section 3.1), SIMD over the channels of the head,
/// and its backward pass.
/// </summary>
/// <remarks>
/// Forward: <c>a_t = kept_t a_{t-1} + fresh_t v_t</c>, <c>o_t = share_t a_t</c> (<see cref="StepFactors"/>).
/// Backward, with g_t = dL/do_t: the largest score cancels in o_t, so nothing is differentiated through it. What is left,
/// <c>dv_i = sum over t >= i of p_ti g_t</c> and <c>ds_i = sum over t >= i of p_ti g_t . (v_i - o_t)</c> with
/// <c>p_ti = e^(s_i - m_t) / c_t</c>, are two scans from the end, <c>R_t = share_t g_t + kept_{t+1} R_{t+1}</c> and
/// <c>N_t = -share_t g_t o_t + kept_{t+1} N_{t+1}</c> by channel: <c>dv_t = fresh_t R_t</c>, <c>ds_t = fresh_t (v_t . R_t + sum N_t)</c>.
/// All factors are at most 1 for any scores. The forward sums are compensated (Kahan 1965); otherwise a long
/// prefix would lose new steps. The result has the same bits for every lane.
/// </remarks>
internal static unsafe class AttentionKernel<TLane> where TLane : struct, IFloatLane<TLane>
{
    /// <summary>The number of partial sums over channels: that of the widest lane, added in a fixed order.</summary>
    private const int Parts = (int)LaneWidth.Sixteen;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(AttentionShape shape, AttentionData data, int row, int head)
    {
        var (width, length) = (shape.HeadChannels, Length(shape, data, row));
        var (first, step) = ((nint)row * shape.Steps * shape.Heads + head, (nint)shape.Heads);
        var scores = data.Scores + first;
        var values = data.Values + (first * width);
        var outputs = data.Outputs + (first * width);
        var factors = data.Factors + (((nint)row * shape.Heads + head) * shape.Steps);
        var lanes = width - (width % TLane.Width);
        var sums = stackalloc float[width];
        var lost = stackalloc float[width];
        new Span<float>(sums, width).Clear();
        new Span<float>(lost, width).Clear();
        var weight = PrefixWeight.None;
        for (var t = 0; t < length; t++)
        {
            factors[t] = weight.Add(*scores);
            Add<TLane>(factors[t], values, sums, lost, outputs, 0, lanes);
            Add<ScalarLane>(factors[t], values, sums, lost, outputs, lanes, width);
            scores += step;
            values += step * width;
            outputs += step * width;
        }
        for (var t = length; t < shape.Steps; t++, outputs += step * width)
        {
            new Span<float>(outputs, width).Clear();
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(AttentionShape shape, AttentionData data, AttentionGradients gradients, int row, int head)
    {
        var (width, length) = (shape.HeadChannels, Length(shape, data, row));
        var factors = data.Factors + (((nint)row * shape.Heads + head) * shape.Steps);
        var lanes = width - (width % TLane.Width);
        var fromLater = stackalloc float[width];
        var minusOutputs = stackalloc float[width];
        var parts = stackalloc float[Parts];
        new Span<float>(fromLater, width).Clear();
        new Span<float>(minusOutputs, width).Clear();
        for (var t = shape.Steps - 1; t >= length; t--)
        {
            var padding = Place(shape, row, head, t);
            gradients.Scores[padding] = 0;
            new Span<float>(gradients.Values + (padding * width), width).Clear();
        }
        var keptNext = 1f;
        for (var t = length - 1; t >= 0; t--)
        {
            var place = Place(shape, row, head, t);
            var memory = new BackwardStep(
                gradients.Outputs + (place * width), data.Outputs + (place * width), data.Values + (place * width),
                gradients.Values + (place * width), fromLater, minusOutputs, parts);
            new Span<float>(parts, Parts).Clear();
            Return<TLane>(memory, factors[t], keptNext, 0, lanes);
            Return<ScalarLane>(memory, factors[t], keptNext, lanes, width);
            gradients.Scores[place] = factors[t].Fresh * Total(parts);
            keptNext = factors[t].Kept;
        }
    }

    private readonly struct BackwardStep(
        float* gradient, float* output, float* value, float* gradValue, float* fromLater, float* minusOutputs, float* parts)
    {
        public readonly float* Gradient = gradient;
        public readonly float* Output = output;
        public readonly float* Value = value;
        public readonly float* GradValue = gradValue;
        public readonly float* FromLater = fromLater;
        public readonly float* MinusOutputs = minusOutputs;
        public readonly float* Parts = parts;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(StepFactors factors, float* values, float* sums, float* lost, float* outputs, int from, int to)
        where T : struct, IFloatLane<T>
    {
        var (kept, fresh, share) = (T.Constant(factors.Kept), T.Constant(factors.Fresh), T.Constant(factors.Share));
        for (var i = from; i < to; i += T.Width)
        {
            var before = T.Load(sums + i) * kept;
            var part = T.MultiplyAdd(T.Load(values + i), fresh, T.Load(lost + i) * kept);
            var sum = before + part;
            T.Store(sum, sums + i);
            T.Store(part - (sum - before), lost + i);
            T.Store(sum * share, outputs + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Return<T>(in BackwardStep memory, StepFactors factors, float keptNext, int from, int to)
        where T : struct, IFloatLane<T>
    {
        var (kept, fresh) = (T.Constant(keptNext), T.Constant(factors.Fresh));
        var (share, minusShare) = (T.Constant(factors.Share), T.Constant(-factors.Share));
        for (var i = from; i < to; i += T.Width)
        {
            var gradient = T.Load(memory.Gradient + i);
            var later = T.MultiplyAdd(gradient, share, T.Load(memory.FromLater + i) * kept);
            var outputs = T.MultiplyAdd(gradient * T.Load(memory.Output + i), minusShare, T.Load(memory.MinusOutputs + i) * kept);
            T.Store(later, memory.FromLater + i);
            T.Store(outputs, memory.MinusOutputs + i);
            T.Store(later * fresh, memory.GradValue + i);
            var part = memory.Parts + (i % Parts);
            T.Store(T.Load(part) + T.MultiplyAdd(T.Load(memory.Value + i), later, outputs), part);
        }
    }

    private static float Total(float* parts)
    {
        for (var half = Parts / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++)
            {
                parts[i] += parts[i + half];
            }
        }
        return parts[0];
    }

    private static nint Place(AttentionShape shape, int row, int head, int t) => (((nint)row * shape.Steps + t) * shape.Heads) + head;

    private static int Length(AttentionShape shape, AttentionData data, int row) => data.Lengths is null ? shape.Steps : data.Lengths[row];
}
