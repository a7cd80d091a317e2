using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The gradient of the output on the way from the baseline to the row, times the way.</summary>
/// <remarks>
/// The integral is a sum over the middles of equal parts of the way. It has more and more parts until the attributions sum to the change of the output
/// (completeness: Sundararajan, Taly and Yan 2017, arXiv 1703.01365, proposition 1), where the paper has a fixed number.
/// </remarks>
/// <param name="lease">The network, which it returns.</param>
/// <param name="output">What is explained.</param>
/// <param name="head">The task.</param>
/// <param name="input">The column.</param>
/// <param name="device">The device of the network.</param>
/// <param name="options">The options.</param>
internal sealed class GradientAttribution(
    Lease<Network> lease, ExplainedOutput output, TaskHead head, InputColumn input, Device device, AttributionOptions options) : IAttribution
{
    // Points that are computed together, and their values.
    private const int MostPoints = 64;
    private const int MostValues = 1 << 20;

    private const int MoreOften = 4;
    private const int Largest = 64;

    public double Of(ReadOnlySpan<float> row, ReadOnlySpan<float> baseline, Span<float> attributions)
    {
        var (whole, start) = (row.ToArray(), baseline.ToArray());
        var found = lease.Use(network => Of(network, whole, start));
        found.Attributions.CopyTo(attributions);
        return found.Change;
    }

    public void Dispose() => lease.Dispose();

    private (float[] Attributions, double Change) Of(Network network, float[] row, float[] baseline)
    {
        var (own, change) = Ends(network, row, baseline);
        for (var points = options.PathPoints; ; points *= MoreOften)
        {
            var sums = Integrate(network, row, baseline, own, points);
            var (total, size) = (sums.Sum(), sums.Sum(Math.Abs));
            if (!double.IsFinite(size))
            {
                throw new ArithmeticException("the gradients of the network are no numbers on the way to the row, so it cannot be explained");
            }
            if (Math.Abs(total - change) <= options.Tolerance * Math.Max(size, Math.Abs(change)))
            {
                return (Array.ConvertAll(sums, sum => (float)sum), change);
            }
            if (points >= (long)Largest * options.PathPoints)
            {
                throw new ArithmeticException(string.Create(CultureInfo.InvariantCulture,
                    $"its integrated gradients sum to {total:g4} after {points} points, and the output changes by {change:g4}, so a part of the network has no gradient or the way is too rough; set Method to Occlusion, or a larger Tolerance"));
            }
        }
    }

    private (int Class, double Change) Ends(Network network, float[] row, float[] baseline)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        float[] both = [.. row, .. baseline];
        var outputs = network.call(Batch(tensor(both, [2, row.Length / input.Channels, input.Channels], device: device)));
        var own = output.ClassOf(head.Activate(outputs.narrow(0, 0, 1)).cpu().contiguous().AsSpan());
        var values = output.Of(outputs, own).to_type(ScalarType.Float64).cpu().data<double>().ToArray();
        return double.IsFinite(values[0] - values[1]) ? (own, values[0] - values[1])
            : throw new ArithmeticException("the network's output is no number for the row or the baseline, so it cannot be explained");
    }

    private double[] Integrate(Network network, float[] row, float[] baseline, int own, int points)
    {
        var sums = new double[row.Length];
        var together = Math.Max(1, Math.Min(MostPoints, MostValues / row.Length));
        for (var first = 0; first < points; first += together)
        {
            var count = Math.Min(together, points - first);
            var gradients = Gradients(network, row, baseline, own, [.. Enumerable.Range(first, count).Select(point => (point + 0.5f) / points)]);
            for (var i = 0; i < gradients.Length; i++)
            {
                sums[i] += gradients[i] * ((double)row[i] - baseline[i]) / points;
            }
        }
        return sums;
    }

    // The sum over the points.
    private double[] Gradients(Network network, float[] row, float[] baseline, int own, float[] parts)
    {
        using var scope = NewDisposeScope();
        using var _ = enable_grad();
        long[] shape = [1, row.Length / input.Channels, input.Channels];
        var from = tensor(baseline, shape, device: device);
        var way = tensor(row, shape, device: device).Minus(from);
        var values = from.Plus(way * tensor(parts, [parts.Length, 1, 1], device: device)).requires_grad_(true);
        var total = output.Of(network.call(Batch(values)), own).sum();
        if (!total.requires_grad)
        {
            throw new ArithmeticException("its output has no gradient with respect to the row; set Method to Occlusion");
        }
        total.backward();
        TorchMemory.ThrowFailure();
        return values.grad is { } gradient ? gradient.sum([0]).to_type(ScalarType.Float64).cpu().contiguous().data<double>().ToArray()
            : throw new ArithmeticException("its output has no gradient with respect to the row; set Method to Occlusion");
    }

    private static InputBatch Batch(Tensor values)
    {
        var lengths = new int[values.shape[0]];
        Array.Fill(lengths, (int)values.shape[1]);
        return new InputBatch(values, lengths);
    }
}
