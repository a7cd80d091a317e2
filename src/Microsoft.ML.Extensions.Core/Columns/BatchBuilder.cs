using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>Puts rows of a store into tensors.</summary>
internal static class BatchBuilder
{
    /// <summary>The inputs of these rows, padded to the longest of them.</summary>
    public static InputBatch Inputs(RowStore store, ReadOnlySpan<int> rows, InputColumn column, Device device) =>
        Inputs(store, rows, column, device, 0);

    /// <summary>The same, padded to more steps where they are longer than the longest row.</summary>
    public static InputBatch Inputs(RowStore store, ReadOnlySpan<int> rows, InputColumn column, Device device, int leastSteps)
    {
        var lengths = new int[rows.Length];
        for (var b = 0; b < rows.Length; b++)
        {
            lengths[b] = store.Steps(rows[b]);
        }
        var steps = Math.Max(leastSteps, lengths.Max());
        var stride = SizeLimits.Product($"A batch of {rows.Length} rows of up to {steps} steps", steps, column.Channels);
        SizeLimits.Product($"A batch of {rows.Length} rows of up to {steps} steps", rows.Length, stride);
        var values = zeros([rows.Length, steps, column.Channels], ScalarType.Float32);
        var target = values.AsSpan();
        for (var b = 0; b < rows.Length; b++)
        {
            store.Values(rows[b]).CopyTo(target[(b * stride)..]);
        }
        if (column.Kind == InputKind.Tokens)
        {
            values = values.squeeze(-1).to_type(ScalarType.Int64);
        }
        return new InputBatch(values.to(device), lengths);
    }

    /// <summary>
    /// The labels and the weights <c>[B]</c> of these rows. Labels are <c>[B]</c>, or <c>[B, W]</c> where a label is W numbers, with NaN
    /// after the end of a shorter one.
    /// </summary>
    public static (Tensor Labels, Tensor Weights) Targets(RowStore store, ReadOnlySpan<int> rows, Device device)
    {
        var width = 0;
        foreach (var row in rows)
        {
            width = Math.Max(width, store.Label(row).Length);
        }
        var labels = new float[SizeLimits.Product("The labels of a batch", rows.Length, width)];
        labels.AsSpan().Fill(float.NaN);
        var weights = new float[rows.Length];
        for (var b = 0; b < rows.Length; b++)
        {
            store.Label(rows[b]).CopyTo(labels.AsSpan(b * width));
            weights[b] = store.Weight(rows[b]);
        }
        return (tensor(labels, width == 1 ? [rows.Length] : [rows.Length, width], device: device), tensor(weights, device: device));
    }
}
