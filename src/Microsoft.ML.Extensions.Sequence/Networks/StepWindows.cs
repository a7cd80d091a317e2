using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Numerics.StepProducts;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// The places of the valid steps of rows one after the other, each row with the zeros that a window of w steps reads beyond its ends. A
/// window is a row of w * D adjacent numbers; those across two rows are computed and not used.
/// </summary>
internal sealed unsafe class StepWindows
{
    /// <param name="input"><c>[B, T, D]</c>.</param>
    /// <param name="weight"><c>[K, D, w]</c> or <c>[K, D]</c>.</param>
    /// <param name="work">The settings.</param>
    public StepWindows(long[] input, long[] weight, StepNormWork work)
    {
        (Batch, Steps, Inputs) = ((int)input[0], (int)input[1], (int)input[2]);
        (Outputs, Width, Before) = ((int)weight[0], weight.Length > 2 ? (int)weight[2] : 1, work.Before);
        Lengths = work.Lengths ?? [.. Enumerable.Repeat(Steps, Batch)];
        Starts = new int[Batch];
        var position = 0;
        for (var row = 0; row < Batch; row++)
        {
            Starts[row] = position;
            position = checked(position + Lengths[row] + Width - 1);
            Valid += Lengths[row];
        }
        (Positions, Count) = (position, position - Width + 1);
        IsWhole = Width == 1 && Valid == Batch * Steps;
    }

    /// <summary>B.</summary>
    public int Batch { get; }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>D.</summary>
    public int Inputs { get; }

    /// <summary>K.</summary>
    public int Outputs { get; }

    /// <summary>w.</summary>
    public int Width { get; }

    /// <summary>The steps of a window before its own.</summary>
    public int Before { get; }

    /// <summary>The steps of a window after its own.</summary>
    public int After => Width - 1 - Before;

    /// <summary>The valid steps of each row.</summary>
    public int[] Lengths { get; }

    /// <summary>The first window of each row.</summary>
    public int[] Starts { get; }

    /// <summary>All valid steps.</summary>
    public int Valid { get; }

    /// <summary>All places.</summary>
    public int Positions { get; }

    /// <summary>All windows.</summary>
    public int Count { get; }

    /// <summary>Whether the places are those of the input itself.</summary>
    public bool IsWhole { get; }

    /// <summary>Copies the steps of <c>[B, T, D]</c> to their places.</summary>
    public void Place(float* input, float* places)
    {
        NativeMemory.Clear(places, Bytes(Positions));
        for (var row = 0; row < Batch; row++)
        {
            NativeMemory.Copy(
                input + ((nint)row * Steps * Inputs), places + ((nint)(Starts[row] + Before) * Inputs), Bytes(Lengths[row]));
        }
    }

    /// <summary>Copies the results of windows, D numbers each, to <c>[B, T, D]</c>, with zeros in the padding.</summary>
    public void Take(float* windows, float* output)
    {
        for (var row = 0; row < Batch; row++)
        {
            var own = output + ((nint)row * Steps * Inputs);
            NativeMemory.Copy(windows + ((nint)Starts[row] * Inputs), own, Bytes(Lengths[row]));
            NativeMemory.Clear(own + ((nint)Lengths[row] * Inputs), Bytes(Steps - Lengths[row]));
        }
    }

    /// <summary>Adds up the valid windows, K numbers each, per channel.</summary>
    public void Sum(float* windows, float* centre, double* sums)
    {
        for (var row = 0; row < Batch; row++)
        {
            StepNorm.Default.Sum(Lengths[row], Outputs, windows + ((nint)Starts[row] * Outputs), centre, sums);
        }
    }

    /// <summary>The weights by which windows of the steps are multiplied, <c>[w * D, K]</c>.</summary>
    /// <param name="weight"><c>[K, D, w]</c>.</param>
    /// <param name="view">The matrix, valid until the memory is disposed.</param>
    public FloatBuffer Forward(float* weight, out MatrixView view)
    {
        var columns = Width * Inputs;
        if (Width == 1)
        {
            view = MatrixView.Of(weight, Outputs, Inputs).Transposed;
            return default;
        }
        FloatBuffer inOrder = new((long)Outputs * columns);
        for (var k = 0; k < Outputs; k++)
        {
            var own = (nint)k * columns;
            MatrixProducts.Transpose(Inputs, Width, weight + own, Width, inOrder.Start + own, Inputs);
        }
        view = MatrixView.Of(inOrder.Start, Outputs, columns).Transposed;
        return inOrder;
    }

    /// <summary>The weights by which windows of the gradient are multiplied, in reverse order of the steps, <c>[w * K, D]</c>.</summary>
    /// <param name="weight"><c>[K, D, w]</c>.</param>
    /// <param name="view">The matrix, valid until the memory is disposed.</param>
    public FloatBuffer Backward(float* weight, out MatrixView view)
    {
        if (Width == 1)
        {
            view = MatrixView.Of(weight, Outputs, Inputs);
            return default;
        }
        FloatBuffer reversed = new((long)Width * Outputs * Inputs);
        for (var step = 0; step < Width; step++)
        {
            var target = reversed.Start + ((nint)(Width - 1 - step) * Outputs * Inputs);
            for (nint i = 0; i < (nint)Outputs * Inputs; i++)
            {
                target[i] = weight[(i * Width) + step];
            }
        }
        view = MatrixView.Of(reversed.Start, Width * Outputs, Inputs);
        return reversed;
    }

    // Of so many steps.
    private nuint Bytes(int steps) => (nuint)steps * (nuint)Inputs * sizeof(float);
}
