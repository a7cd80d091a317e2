using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The inputs of a recurrence.</summary>
/// <param name="Products">B x_t for all t, without bias, [Heads, B, T, G, W] with Heads * W = H.</param>
/// <param name="Parameters">The cell's recurrent parameters, then one bias per gate, [P + G, H].</param>
/// <param name="Lengths">Valid steps of each right-padded row, [B]; null stands for T.</param>
/// <param name="Reverse">From each row's last valid step to its first.</param>
/// <param name="Initial">s_0, [S, B, H]; null stands for zero.</param>
/// <param name="WantsLast">
/// Whether the last state is an output too. TorchSharp counts an unused output as alive for ever, so request it only where it is used.
/// </param>
internal sealed record RecurrentInputs(
    torch.Tensor Products, torch.Tensor Parameters, int[]? Lengths = null, bool Reverse = false, torch.Tensor? Initial = null,
    bool WantsLast = false)
{
    public ScanShape Shape
    {
        get
        {
            var size = Products.shape;
            return new ScanShape((int)size[1], (int)size[2], (int)(size[0] * size[4]), (int)size[0], Reverse);
        }
    }

    /// <summary>B x_t + b, [T, G, B, H].</summary>
    public torch.Tensor ByStep<TCell>() where TCell : struct, IRecurrentCell<TCell>
    {
        var shape = Shape;
        var byStep = Products.permute(2, 3, 1, 0, 4).reshape(shape.Steps, TCell.Gates, shape.Batch, shape.Channels);
        return byStep.Plus(Parameters.narrow(0, TCell.Parameters, TCell.Gates).unsqueeze(1));
    }

    /// <summary>s_0, [S, B, H].</summary>
    public torch.Tensor InitialOrZero<TCell>() where TCell : struct, IRecurrentCell<TCell> =>
        Initial ?? torch.zeros(TCell.States, Shape.Batch, Shape.Channels, dtype: Products.dtype, device: Products.device);

    /// <summary>Checks shapes and lengths, which kernels on raw memory do not check.</summary>
    public void Validate<TCell>() where TCell : struct, IRecurrentCell<TCell>
    {
        if (Products.dim() != 5 || Products.shape[3] != TCell.Gates)
        {
            throw new ArgumentException($"Products must be [Heads, B, T, {TCell.Gates}, W], and are [{Text(Products)}].", nameof(Products));
        }
        var shape = Shape;
        Expect(Parameters, nameof(Parameters), TCell.Parameters + TCell.Gates, shape.Channels);
        if (Initial is not null)
        {
            Expect(Initial, nameof(Initial), TCell.States, shape.Batch, shape.Channels);
        }
        if (Lengths is not null && (Lengths.Length != shape.Batch || Lengths.Any(length => length < 0 || length > shape.Steps)))
        {
            throw new ArgumentException(
                $"Lengths must be {shape.Batch} numbers from 0 to {shape.Steps}, and are [{string.Join(", ", Lengths)}].", nameof(Lengths));
        }
    }

    private static void Expect(torch.Tensor tensor, string name, params long[] size)
    {
        if (!tensor.shape.SequenceEqual(size))
        {
            throw new ArgumentException($"{name} must be [{string.Join(", ", size)}], and is [{Text(tensor)}].", name);
        }
    }

    private static string Text(torch.Tensor tensor) => string.Join(", ", tensor.shape);
}
