using Microsoft.ML.Extensions.Numerics.Recurrence;
using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// Puts each row's valid steps in the order of the scan, and excludes the padding, even NaN, from values and gradients.
/// </summary>
internal sealed class StepOrder
{
    private readonly torch.Tensor? _valid;
    private readonly torch.Tensor? _source;

    public StepOrder(ScanShape shape, int[]? lengths, torch.Device device)
    {
        if (lengths is not null)
        {
            _valid = ByStep(shape, (row, step) => step < lengths[row] ? 1 : 0).to(torch.ScalarType.Bool).to(device);
        }
        if (shape.Reverse)
        {
            _source = ByStep(shape, (row, step) => Mirror(step, lengths?[row] ?? shape.Steps)).to(device);
        }
    }

    /// <summary>A mask of the valid steps, [T, B]; null where all are.</summary>
    public torch.Tensor? Valid => _valid;

    /// <summary>Inputs [T, G, B, H] in the order of the scan.</summary>
    public torch.Tensor ToScan(torch.Tensor inputs) => Reorder(Mask(inputs));

    /// <summary>Outputs of the scan [T, B, H] as [B, T, H] in the order of the sequence.</summary>
    public torch.Tensor FromScan(torch.Tensor outputs) => Reorder(Mask(outputs)).transpose(0, 1).contiguous();

    private torch.Tensor Mask(torch.Tensor value) => _valid is null
        ? value
        : torch.where(Expand(_valid, value), value, torch.zeros_like(value));

    private torch.Tensor Reorder(torch.Tensor value) => _source is null ? value : value.gather(0, Expand(_source, value));

    // [T, B] as [T, (G,) B, H].
    private static torch.Tensor Expand(torch.Tensor rows, torch.Tensor like) =>
        (like.dim() == 4 ? rows.unsqueeze(1) : rows).unsqueeze(-1).expand(like.shape);

    private static torch.Tensor ByStep(ScanShape shape, Func<int, int, long> value)
    {
        var numbers = from step in Enumerable.Range(0, shape.Steps) from row in Enumerable.Range(0, shape.Batch) select value(row, step);
        return torch.tensor(numbers.ToArray()).view(shape.Steps, shape.Batch);
    }

    private static int Mirror(int step, int length) => step < length ? length - 1 - step : step;
}
