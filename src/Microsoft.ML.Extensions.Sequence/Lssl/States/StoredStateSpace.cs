using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The systems of an <see cref="LsslLayer"/> for scoring without tensors, from their names in model files.</summary>
/// <remarks>What is missing or has another shape is told by <see cref="StoredWeights.CheckTaken"/>.</remarks>
internal static class StoredStateSpace
{
    /// <summary>The whole layer.</summary>
    public static KernelConvolution Layer(LsslOptions options, StoredWeights weights, LaneWidth width) => new(
        System(options, weights.At("forwards")), options.Bidirectional ? System(options, weights.At("backwards")) : null,
        weights.Singles("feedthrough", options.HiddenSize, options.Channels), width);

    /// <summary>A <see cref="StateSpace"/>.</summary>
    public static StateSpaceSystem System(LsslOptions options, StoredWeights weights)
    {
        var isDiagonal = options.StateMatrix.IsDiagonal();
        var isPairs = isDiagonal && options.StateMatrix != StateMatrix.DiagonalReal;
        StateSpaceShape shape = new(
            options.HiddenSize, options.Channels, isPairs ? (options.StateSize + 1) / 2 : options.StateSize, options.Alpha,
            options.SamplingRate);
        var timescales = weights.Singles(StateSpace.TimescaleName, shape.Features);
        return isDiagonal ? Diagonal(shape, isPairs, timescales, weights) : Krylov(shape, options, timescales, weights);
    }

    private static DiagonalSystem Diagonal(StateSpaceShape shape, bool isPairs, float[] timescales, StoredWeights weights) => new(
        shape, weights.Singles("matrixLogDecay", shape.Features, shape.Size),
        isPairs ? weights.Singles("matrixFrequency", shape.Features, shape.Size) : null, timescales,
        weights.Singles("output", shape.Features, shape.Channels, shape.Size, isPairs ? 2 : 1));

    private static StateSpaceSystem Krylov(StateSpaceShape shape, LsslOptions options, float[] timescales, StoredWeights weights)
    {
        var input = weights.Singles("input", shape.Size);
        var output = weights.Singles("output", shape.Features, shape.Channels, shape.Size);
        var matrix = weights.At(StateSpace.MatrixPrefix);
        if (options.StateMatrix == StateMatrix.Random)
        {
            return new DenseSystem(shape, Square(matrix.Singles("entries", shape.Size, shape.Size), shape.Size), input, timescales, output);
        }
        var structured = Structured(shape.Size, matrix);
        return options.Kernel != LsslKernel.DenseKrylov && shape.Alpha > 0
            ? new StructuredSystem(shape, structured, input, timescales, output)
            : new DenseSystem(shape, structured.ToDense(), input, timescales, output);
    }

    private static StructuredMatrix Structured(int size, StoredWeights weights)
    {
        double[] Vector(string name) => Array.ConvertAll(weights.Singles(name, size), value => (double)value);
        var tridiagonal = Array.ConvertAll(weights.Singles("tridiagonal", 3, size), value => (double)value);
        return new StructuredMatrix(
            Vector("left"), Vector("shift"), Vector("right"), tridiagonal[..size],
            tridiagonal[size..(2 * size)], tridiagonal[(2 * size)..]);
    }

    private static double[,] Square(float[] entries, int size)
    {
        var matrix = new double[size, size];
        for (var n = 0; n < entries.Length; n++)
        {
            matrix[n / size, n % size] = entries[n];
        }
        return matrix;
    }
}
