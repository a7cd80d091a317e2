using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics;

/// <summary>The kernels of scoring for one width of lanes. The width does not affect the results, to the last bit.</summary>
internal abstract unsafe class LaneKernels
{
    /// <summary>Those of this machine's widest lane.</summary>
    public static LaneKernels Default { get; } = Of(LaneWidths.Widest);

    /// <summary>The numbers of a lane.</summary>
    public abstract int Width { get; }

    /// <summary>Those of a width.</summary>
    public static LaneKernels Of(LaneWidth width) => width switch
    {
        LaneWidth.Sixteen => new LaneKernels<Lane512>(),
        LaneWidth.Eight => new LaneKernels<Lane256>(),
        LaneWidth.Four => new LaneKernels<Lane128>(),
        _ => new LaneKernels<ScalarLane>(),
    };

    /// <inheritdoc cref="PackedProduct{TLane}.Run"/>
    public abstract void Product(int rows, in PackedMatrix matrix, float* a, nint aStride, float* c, nint cStride);

    /// <summary><c>output = activation(input + bias) + residual</c>, row by row.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Numbers of a row.</param>
    /// <param name="input">The first row; may be the output.</param>
    /// <param name="inputStride">Numbers from a row to the next.</param>
    /// <param name="bias">One per column, or null.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="slope">Of a leaky ReLU.</param>
    /// <param name="residual">What is added last, or null.</param>
    /// <param name="residualStride">Numbers from a row of it to the next.</param>
    /// <param name="output">The first row.</param>
    /// <param name="outputStride">Numbers from a row to the next.</param>
    public abstract void Finish(
        int rows, int columns, float* input, nint inputStride, float* bias, LaneActivation activation, float slope, float* residual,
        nint residualStride, float* output, nint outputStride);

    /// <summary>Layer normalisation of each row: <c>(x - mean) / sqrt(variance + 1e-5) * gain + shift</c>; without gain and shift where both are null.</summary>
    public abstract void Normalize(int rows, int columns, float* input, float* gain, float* shift, float* output);

    /// <summary><c>output = input * factor + summand</c>, row by row; factors and summands are one per column.</summary>
    public abstract void Scale(int rows, int columns, float* input, float* factors, float* summands, float* output);

    /// <summary><c>target += factor * source</c>.</summary>
    public abstract void AddScaled(nint count, float factor, float* source, float* target);

    /// <summary><c>target += factors_r * sources_r</c>, one row after the other; the same as so many calls.</summary>
    /// <param name="count">Numbers of a row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="factors">One per row.</param>
    /// <param name="sources">The first row.</param>
    /// <param name="stride">Numbers from a row to the next.</param>
    /// <param name="target">What is added to.</param>
    public abstract void AddScaled(nint count, int rows, float* factors, float* sources, nint stride, float* target);

    /// <summary><c>target = max(target, source)</c>; NaN where either is.</summary>
    public abstract void Largest(int count, float* source, float* target);

    /// <summary><c>left * right</c>, to the left.</summary>
    public abstract void Multiply(int count, float* left, float* right);

    /// <summary>The softmax of a row, in place.</summary>
    public abstract void Softmax(int count, float* values);

    /// <summary>The exponentials of a row less its largest value, in place: softmax times the sum, which it returns.</summary>
    public abstract float Exponentials(int count, float* values);

    /// <summary><c>target = factor * source</c>.</summary>
    public abstract void Scale(int count, float factor, float* source, float* target);

    /// <summary>The inner product of two rows.</summary>
    public abstract float Dot(int count, float* left, float* right);

    /// <summary>The inner products of a row with others; the same as so many calls.</summary>
    /// <param name="count">Numbers of a row.</param>
    /// <param name="rows">The other rows.</param>
    /// <param name="left">The row.</param>
    /// <param name="rights">The first of the others.</param>
    /// <param name="stride">Numbers from one of them to the next.</param>
    /// <param name="results">One per row.</param>
    public abstract void Dots(int count, int rows, float* left, float* rights, nint stride, float* results);
}
