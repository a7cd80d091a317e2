using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics;

/// <inheritdoc/>
internal sealed unsafe class LaneKernels<TLane> : LaneKernels
    where TLane : struct, IFloatLane<TLane>
{
    /// <summary>The number of partial sums of a row: that of the widest lane, added in a fixed order.</summary>
    private const int Parts = (int)LaneWidth.Sixteen;

    // Rows that are read together: each of their sums waits for itself alone.
    private const int Rows = 4;

    private const float Epsilon = 1e-5f;

    public override int Width => TLane.Width;

    public override void Product(int rows, in PackedMatrix matrix, float* a, nint aStride, float* c, nint cStride) =>
        PackedProduct<TLane>.Run(rows, matrix, a, aStride, c, cStride);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Finish(
        int rows, int columns, float* input, nint inputStride, float* bias, LaneActivation activation, float slope, float* residual,
        nint residualStride, float* output, nint outputStride)
    {
        for (var row = 0; row < rows; row++)
        {
            switch (activation)
            {
                case LaneActivation.None:
                    Row<Identity>(columns, input, bias, slope, residual, output);
                    break;
                case LaneActivation.Relu:
                    Row<Relu>(columns, input, bias, slope, residual, output);
                    break;
                case LaneActivation.Gelu:
                    Row<Gelu>(columns, input, bias, slope, residual, output);
                    break;
                case LaneActivation.LeakyRelu:
                    Row<LeakyRelu>(columns, input, bias, slope, residual, output);
                    break;
                case LaneActivation.Tanh:
                    Row<Tanh>(columns, input, bias, slope, residual, output);
                    break;
                case LaneActivation.Erf:
                    Row<Erf>(columns, input, bias, slope, residual, output);
                    break;
                case LaneActivation.GeluTanh:
                    Row<GeluTanh>(columns, input, bias, slope, residual, output);
                    break;
                case LaneActivation.Swish:
                    Row<Swish>(columns, input, bias, slope, residual, output);
                    break;
                case LaneActivation.Sigmoid:
                    Row<Sigmoid>(columns, input, bias, slope, residual, output);
                    break;
                default:
                    Scalars(columns, input, bias, activation, residual, output);
                    break;
            }
            input += inputStride;
            residual = residual == null ? null : residual + residualStride;
            output += outputStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Normalize(int rows, int columns, float* input, float* gain, float* shift, float* output)
    {
        for (var row = 0; row < rows; row++, input += columns, output += columns)
        {
            var mean = Total<Value>(columns, input, input, 0) / columns;
            var variance = Total<SquaredDistance>(columns, input, input, mean) / columns;
            if (gain == null)
            {
                Standardize(columns, input, mean, 1 / MathF.Sqrt(variance + Epsilon), output);
            }
            else
            {
                Standardize(columns, input, mean, 1 / MathF.Sqrt(variance + Epsilon), gain, shift, output);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scale(int rows, int columns, float* input, float* factors, float* summands, float* output)
    {
        for (var row = 0; row < rows; row++, input += columns, output += columns)
        {
            Standardize(columns, input, 0, 1, factors, summands, output);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddScaled(nint count, float factor, float* source, float* target)
    {
        var lanes = count - (count % TLane.Width);
        var wide = TLane.Constant(factor);
        for (nint i = 0; i < lanes; i += TLane.Width)
        {
            TLane.Store(TLane.MultiplyAdd(wide, TLane.Load(source + i), TLane.Load(target + i)), target + i);
        }
        for (var i = lanes; i < count; i++)
        {
            target[i] = MathF.FusedMultiplyAdd(factor, source[i], target[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddScaled(nint count, int rows, float* factors, float* sources, nint stride, float* target)
    {
        var lanes = count - (count % TLane.Width);
        var row = 0;
        for (; row + Rows <= rows; row += Rows, sources += Rows * stride, factors += Rows)
        {
            var (first, second) = (TLane.Broadcast(factors), TLane.Broadcast(factors + 1));
            var (third, fourth) = (TLane.Broadcast(factors + 2), TLane.Broadcast(factors + 3));
            for (nint i = 0; i < lanes; i += TLane.Width)
            {
                var source = sources + i;
                var sum = TLane.MultiplyAdd(first, TLane.Load(source), TLane.Load(target + i));
                sum = TLane.MultiplyAdd(second, TLane.Load(source + stride), sum);
                sum = TLane.MultiplyAdd(third, TLane.Load(source + (2 * stride)), sum);
                TLane.Store(TLane.MultiplyAdd(fourth, TLane.Load(source + (3 * stride)), sum), target + i);
            }
            for (var i = lanes; i < count; i++)
            {
                for (var own = 0; own < Rows; own++)
                {
                    target[i] = MathF.FusedMultiplyAdd(factors[own], sources[(own * stride) + i], target[i]);
                }
            }
        }
        for (; row < rows; row++, sources += stride, factors++)
        {
            AddScaled(count, *factors, sources, target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Largest(int count, float* source, float* target)
    {
        var lanes = count - (count % TLane.Width);
        for (var i = 0; i < lanes; i += TLane.Width)
        {
            var (one, other) = (TLane.Load(source + i), TLane.Load(target + i));
            // Adding 0 times the difference keeps NaN of either.
            TLane.Store(TLane.Select(one - other, one, other) + ((one - one) + (other - other)), target + i);
        }
        for (var i = lanes; i < count; i++)
        {
            target[i] = (source[i] - target[i] > 0 ? source[i] : target[i]) + ((source[i] - source[i]) + (target[i] - target[i]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(int count, float* left, float* right)
    {
        var lanes = count - (count % TLane.Width);
        for (var i = 0; i < lanes; i += TLane.Width)
        {
            TLane.Store(TLane.Load(left + i) * TLane.Load(right + i), left + i);
        }
        for (var i = lanes; i < count; i++)
        {
            left[i] *= right[i];
        }
    }

    public override void Softmax(int count, float* values)
    {
        var sum = Exponentials(count, values);
        Scale(count, 1 / sum, values, values);
    }

    public override float Exponentials(int count, float* values) => Exponentials(count, values, Largest(count, values));

    public override void Scale(int count, float factor, float* source, float* target) => Standardize(count, source, 0, factor, target);

    public override float Dot(int count, float* left, float* right) => Total<ProductOf>(count, left, right, 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Dots(int count, int rows, float* left, float* rights, nint stride, float* results)
    {
        var parts = stackalloc float[Rows * Parts];
        var row = 0;
        // Narrower lanes would need more registers than there are.
        for (; row + Rows <= rows && TLane.Width == Parts; row += Rows, rights += Rows * stride, results += Rows)
        {
            var lanes = count - (count % TLane.Width);
            TLane first = TLane.Constant(0), second = first, third = first, fourth = first;
            for (var i = 0; i < lanes; i += TLane.Width)
            {
                var own = TLane.Load(left + i);
                var right = rights + i;
                first = TLane.MultiplyAdd(own, TLane.Load(right), first);
                second = TLane.MultiplyAdd(own, TLane.Load(right + stride), second);
                third = TLane.MultiplyAdd(own, TLane.Load(right + (2 * stride)), third);
                fourth = TLane.MultiplyAdd(own, TLane.Load(right + (3 * stride)), fourth);
            }
            TLane.Store(first, parts);
            TLane.Store(second, parts + Parts);
            TLane.Store(third, parts + (2 * Parts));
            TLane.Store(fourth, parts + (3 * Parts));
            for (var own = 0; own < Rows; own++)
            {
                var part = parts + (own * Parts);
                for (var i = lanes; i < count; i++)
                {
                    part[i % Parts] = MathF.FusedMultiplyAdd(left[i], rights[(own * stride) + i], part[i % Parts]);
                }
                results[own] = Sum(part);
            }
        }
        for (; row < rows; row++, rights += stride, results++)
        {
            *results = Dot(count, left, rights);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<TFunction>(int columns, float* input, float* bias, float slope, float* residual, float* output)
        where TFunction : struct, ILaneFunction
    {
        var lanes = columns - (columns % TLane.Width);
        Part<TLane, TFunction>(0, lanes, input, bias, slope, residual, output);
        Part<ScalarLane, TFunction>(lanes, columns, input, bias, slope, residual, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<T, TFunction>(int from, int to, float* input, float* bias, float slope, float* residual, float* output)
        where T : struct, IFloatLane<T>
        where TFunction : struct, ILaneFunction
    {
        for (var i = from; i < to; i += T.Width)
        {
            var value = T.Load(input + i);
            if (bias != null)
            {
                value += T.Load(bias + i);
            }
            value = TFunction.Of(value, slope);
            if (residual != null)
            {
                value += T.Load(residual + i);
            }
            T.Store(value, output + i);
        }
    }

    // Functions that no lane has.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scalars(int columns, float* input, float* bias, LaneActivation activation, float* residual, float* output)
    {
        for (var i = 0; i < columns; i++)
        {
            var value = bias == null ? input[i] : input[i] + bias[i];
            value = activation == LaneActivation.Sine ? MathF.Sin(value) : MathF.Max(value, 0) + (float)double.LogP1(Math.Exp(-Math.Abs((double)value)));
            output[i] = residual == null ? value : value + residual[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Standardize(int columns, float* input, float mean, float factor, float* gain, float* shift, float* output)
    {
        var lanes = columns - (columns % TLane.Width);
        var (middle, scale) = (TLane.Constant(mean), TLane.Constant(factor));
        for (var i = 0; i < lanes; i += TLane.Width)
        {
            var value = (TLane.Load(input + i) - middle) * scale;
            TLane.Store(TLane.MultiplyAdd(value, TLane.Load(gain + i), TLane.Load(shift + i)), output + i);
        }
        for (var i = lanes; i < columns; i++)
        {
            output[i] = MathF.FusedMultiplyAdd((input[i] - mean) * factor, gain[i], shift[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Standardize(int columns, float* input, float mean, float factor, float* output)
    {
        var lanes = columns - (columns % TLane.Width);
        var (middle, scale) = (TLane.Constant(mean), TLane.Constant(factor));
        for (var i = 0; i < lanes; i += TLane.Width)
        {
            TLane.Store((TLane.Load(input + i) - middle) * scale, output + i);
        }
        for (var i = lanes; i < columns; i++)
        {
            output[i] = (input[i] - mean) * factor;
        }
    }

    // NaN is passed over: its exponential is NaN, and so the sum of all. Two lanes, since each waits for the one before it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Largest(int count, float* values)
    {
        var pairs = count - (count % (2 * TLane.Width));
        TLane even = TLane.Constant(float.NegativeInfinity), odd = even;
        for (var i = 0; i < pairs; i += 2 * TLane.Width)
        {
            var (one, other) = (TLane.Load(values + i), TLane.Load(values + i + TLane.Width));
            even = TLane.Select(one - even, one, even);
            odd = TLane.Select(other - odd, other, odd);
        }
        var parts = stackalloc float[Parts];
        var both = TLane.Select(odd - even, odd, even);
        for (var i = 0; i < Parts; i += TLane.Width)
        {
            TLane.Store(both, parts + i);
        }
        var largest = LargestOf(parts);
        for (var i = pairs; i < count; i++)
        {
            largest = values[i] > largest ? values[i] : largest;
        }
        return largest;
    }

    // Returns their sum.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponentials(int count, float* values, float largest)
    {
        var parts = stackalloc float[Parts];
        new Span<float>(parts, Parts).Clear();
        var lanes = count - (count % TLane.Width);
        var most = TLane.Constant(largest);
        for (var i = 0; i < lanes; i += TLane.Width)
        {
            var value = TLane.Exp(TLane.Load(values + i) - most);
            var part = parts + (i % Parts);
            TLane.Store(value, values + i);
            TLane.Store(TLane.Load(part) + value, part);
        }
        for (var i = lanes; i < count; i++)
        {
            var value = ScalarLane.Exp(ScalarLane.Load(values + i) - ScalarLane.Constant(largest));
            ScalarLane.Store(value, values + i);
            parts[i % Parts] += values[i];
        }
        return Sum(parts);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Total<TTerm>(int count, float* left, float* right, float centre)
        where TTerm : struct, ITerm
    {
        var parts = stackalloc float[Parts];
        new Span<float>(parts, Parts).Clear();
        var middle = TLane.Constant(centre);
        var lanes = count - (count % TLane.Width);
        if (TLane.Width >= Parts / 2)
        {
            // In registers, as a sum in memory waits for itself twice as long. The second one is of narrower lanes.
            lanes = count - (count % Parts);
            TLane even = TLane.Constant(0), odd = even;
            for (var i = 0; i < lanes; i += Parts)
            {
                even = TTerm.Add(TLane.Load(left + i), TLane.Load(right + i), middle, even);
                if (TLane.Width < Parts)
                {
                    odd = TTerm.Add(TLane.Load(left + i + TLane.Width), TLane.Load(right + i + TLane.Width), middle, odd);
                }
            }
            TLane.Store(even, parts);
            if (TLane.Width < Parts)
            {
                TLane.Store(odd, parts + TLane.Width);
            }
        }
        else
        {
            for (var i = 0; i < lanes; i += TLane.Width)
            {
                var part = parts + (i % Parts);
                TLane.Store(TTerm.Add(TLane.Load(left + i), TLane.Load(right + i), middle, TLane.Load(part)), part);
            }
        }
        for (var i = lanes; i < count; i++)
        {
            var part = parts + (i % Parts);
            var sum = TTerm.Add(
                ScalarLane.Load(left + i), ScalarLane.Load(right + i), ScalarLane.Constant(centre), ScalarLane.Load(part));
            ScalarLane.Store(sum, part);
        }
        return Sum(parts);
    }

    // Halves are added to halves, in every width of lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(float* parts)
    {
        var quarters = Vector128.Load(parts) + Vector128.Load(parts + 8) + (Vector128.Load(parts + 4) + Vector128.Load(parts + 12));
        return quarters[0] + quarters[2] + (quarters[1] + quarters[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LargestOf(float* parts)
    {
        var quarters = Larger(
            Larger(Vector128.Load(parts), Vector128.Load(parts + 8)), Larger(Vector128.Load(parts + 4), Vector128.Load(parts + 12)));
        var halves = Larger(quarters, Vector128.Shuffle(quarters, Vector128.Create(2, 3, 0, 1)));
        return halves[0] > halves[1] ? halves[0] : halves[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Larger(Vector128<float> one, Vector128<float> other) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(one, other), one, other);

    private interface ITerm
    {
        static abstract T Add<T>(T left, T right, T centre, T sum) where T : struct, IFloatLane<T>;
    }

    private readonly struct Value : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T left, T right, T centre, T sum) where T : struct, IFloatLane<T> => sum + left;
    }

    private readonly struct ProductOf : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T left, T right, T centre, T sum) where T : struct, IFloatLane<T> => T.MultiplyAdd(left, right, sum);
    }

    private readonly struct SquaredDistance : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T left, T right, T centre, T sum) where T : struct, IFloatLane<T>
        {
            var distance = left - centre;
            return T.MultiplyAdd(distance, distance, sum);
        }
    }
}
