using Microsoft.ML.Extensions.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A parameter as one matrix per gate, whose rows have an output each and whose columns are the inputs.</summary>
/// <remarks>The gates of a cell that share a parameter are matrices of their own, so that none of them can lose all of its weights.</remarks>
/// <param name="Name">The parameter's name in its module.</param>
/// <param name="Role">What it connects.</param>
/// <param name="Gates">The number of gates.</param>
/// <param name="Shape">The parameter's shape with an axis of its own for the gates.</param>
/// <param name="Order">The order of those axes that puts the gates first and the inputs last.</param>
/// <param name="Kernel">The sides of a convolution's kernel, which are among the rows; empty without one.</param>
internal sealed record WeightMatrix(string Name, WeightRole Role, int Gates, long[] Shape, long[] Order, long[] Kernel)
{
    /// <summary>The matrix or convolution <c>[gates * out, in, kernel...]</c>.</summary>
    public static WeightMatrix Of(string name, Tensor parameter, WeightRole role = WeightRole.Layers, int gates = 1)
    {
        var kernel = parameter.shape[2..];
        return new(name, role, gates, [gates, parameter.shape[0] / gates, .. parameter.shape[1..]],
            [0, 1, .. kernel.Select((_, axis) => axis + 3L), 2], kernel);
    }

    /// <summary>The matrix <c>[in, gates * out]</c>.</summary>
    public static WeightMatrix Transposed(string name, Tensor parameter, WeightRole role = WeightRole.Layers, int gates = 1) =>
        new(name, role, gates, [parameter.shape[0], gates, parameter.shape[1] / gates], [1, 2, 0], []);

    /// <summary>The block-diagonal matrices <c>[heads, in, gates, out]</c>.</summary>
    public static WeightMatrix ByHead(string name, Tensor parameter, WeightRole role) =>
        new(name, role, (int)parameter.shape[2], parameter.shape, [2, 0, 3, 1], []) { Heads = parameter.shape[0] };

    /// <summary>The number of blocks of a block-diagonal matrix.</summary>
    public long Heads { get; init; } = 1;

    /// <summary>The columns of a gate's matrix.</summary>
    public int Columns => (int)Shape[Order[^1]];

    /// <summary>The rows of a gate's matrix.</summary>
    public int Rows => (int)(Shape.Aggregate(1L, (product, size) => product * size) / Gates / Columns);

    /// <summary>The sizes of a gate's matrix in units.</summary>
    /// <param name="units">The number of its units.</param>
    public LayerSize Size(int units)
    {
        var kernel = Kernel.Aggregate(1L, (product, side) => product * side);
        return new LayerSize(units, Columns, Rows / kernel / Heads, Kernel.Sum(), kernel);
    }

    /// <summary>The largest size of the weights of each output, in the parameter's axes, of which those of inputs and kernels have one number.</summary>
    public Tensor LargestOfOutputs(Tensor parameter)
    {
        var inputs = Order[^1];
        long[] axes = [inputs, .. Kernel.Select((_, axis) => Shape.Length - Kernel.Length + (long)axis)];
        var kept = parameter.abs().view(Shape).amax(axes, keepdim: true);
        var sizes = kept.shape.ToList();
        if (Shape.Length > parameter.dim())
        {
            // The gates have an axis of their own in Shape alone.
            var gates = (int)Order[0];
            sizes[gates] *= sizes[gates + 1];
            sizes.RemoveAt(gates + 1);
        }
        return kept.view([.. sizes]);
    }

    /// <summary>The parameter, or a tensor of its shape, as <c>[gates, rows, columns]</c>.</summary>
    public Tensor ToMatrices(Tensor parameter) => parameter.view(Shape).permute(Order).contiguous().view(Gates, Rows, Columns);

    /// <summary>Undoes <see cref="ToMatrices"/>.</summary>
    public Tensor FromMatrices(Tensor matrices, long[] shape)
    {
        var inverse = Order.Select((axis, at) => (axis, at)).OrderBy(pair => pair.axis).Select(pair => (long)pair.at).ToArray();
        return matrices.view([.. Order.Select(axis => Shape[axis])]).permute(inverse).contiguous().view(shape);
    }
}
