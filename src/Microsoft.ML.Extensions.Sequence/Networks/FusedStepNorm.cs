using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Numerics.StepProducts;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// A convolution or linear layer over the valid steps, batch normalisation, and ReLU or dropout and a residual connection, as one
/// differentiable operation in Float32 on the CPU: <c>[B, T, D]</c> to <c>[B, T, K]</c>.
/// </summary>
/// <remarks>
/// Equal to <see cref="StepConvolution"/> or <see cref="LinearLayer"/>, <see cref="StepBatchNorm"/> and the rest one after the other, but for
/// the gradient of the bias: where the statistics are those of the batch, it is exactly zero. Padding is never computed.
/// </remarks>
internal sealed class FusedStepNorm : torch.autograd.SingleTensorFunction<FusedStepNorm>
{
    private const string WorkKey = "work";
    private const double Epsilon = 1e-5;
    private const int Arguments = 7;

    public override string Name => nameof(FusedStepNorm);

    /// <summary>Whether it computes these steps.</summary>
    public static bool Serves(torch.Tensor steps) => steps.device_type == DeviceType.CPU && steps.dtype == torch.ScalarType.Float32;

    /// <param name="input">The steps.</param>
    /// <param name="weight"><c>[K, D, w]</c>, or <c>[K, D]</c> for a linear layer.</param>
    /// <param name="bias"><c>[K]</c>.</param>
    /// <param name="gain">Of the norm, <c>[K]</c>.</param>
    /// <param name="shift">Of the norm, <c>[K]</c>.</param>
    /// <param name="residual">What is added last, <c>[B, T, K]</c>; null for nothing.</param>
    /// <param name="work">The settings.</param>
    public static torch.Tensor Run(
        torch.Tensor input, torch.Tensor weight, torch.Tensor bias, torch.Tensor gain, torch.Tensor shift, torch.Tensor? residual,
        StepNormWork work)
    {
        using var scope = torch.NewDisposeScope();
        return apply(input, weight, bias, gain, shift, residual!, work).MoveToOuterDisposeScope();
    }

    public override unsafe torch.Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (input, weight, bias) = (Contiguous(vars[0]), Contiguous(vars[1]), Contiguous(vars[2]));
        var (gain, shift) = (Contiguous(vars[3]), Contiguous(vars[4]));
        var (residual, work) = (vars[5] is torch.Tensor given ? given.contiguous() : null, (StepNormWork)vars[6]);
        StepWindows windows = new(input.shape, weight.shape, work);
        var placed = windows.IsWhole ? null : new KeptFloats((long)windows.Positions * windows.Inputs);
        if (placed is not null)
        {
            windows.Place(input.AsPointer(), placed.Start);
        }
        var products = new KeptFloats((long)windows.Count * windows.Outputs);
        using (var columns = windows.Forward(weight.AsPointer(), out var view))
        {
            MatrixProducts.Multiply(
                windows.Count, placed is null ? input.AsPointer() : placed.Start, windows.Inputs, view, products.Start, windows.Outputs);
        }
        var norm = Statistics(windows, work, products.Start, bias.AsSpan(), gain.AsSpan(), shift.AsSpan());
        var output = torch.empty(windows.Batch, windows.Steps, windows.Outputs);
        var kept = work.Kept?.contiguous();
        var factors = Factors(norm, windows.Outputs);
        float* first = output.AsPointer(), all = residual.AsPointerOrNull(), live = kept.AsPointerOrNull();
        for (var row = 0; row < windows.Batch; row++)
        {
            var (own, size) = ((nint)row * windows.Steps * windows.Outputs, (nint)windows.Lengths[row] * windows.Outputs);
            var to = first + own;
            var other = all == null ? null : all + own;
            StepNorm.Default.Forward(
                windows.Lengths[row], windows.Outputs, products.Start + ((nint)windows.Starts[row] * windows.Outputs), factors, work.IsRelu,
                live == null ? null : live + ((nint)row * windows.Outputs), other, to);
            var padding = (nuint)(windows.Steps - windows.Lengths[row]) * (nuint)windows.Outputs * sizeof(float);
            if (other == null)
            {
                NativeMemory.Clear(to + size, padding);
            }
            else
            {
                NativeMemory.Copy(other + size, to + size, padding);
            }
        }
        // Without a copy the steps are the input.
        ctx.save_for_backward([weight, norm, .. placed is null ? [input] : Array.Empty<torch.Tensor>(), .. kept is null ? [] : new[] { kept }]);
        ctx.save_data(WorkKey, new Saved(windows, placed, products, work.IsRelu, work.Learns, kept is not null, residual is not null));
        return output;
    }

    public override List<torch.Tensor> backward(AutogradContext ctx, torch.Tensor grad_output) =>
        TorchMemory.Backward(Arguments, () => Gradients(ctx, grad_output));

    private static unsafe List<torch.Tensor> Gradients(AutogradContext ctx, torch.Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (weight, norm, work) = (saved[0], saved[1], (Saved)ctx.get_data(WorkKey));
        var windows = work.Windows;
        using var products = work.Products;
        using var placed = work.Placed;
        var kept = work.HasKept ? saved[^1] : null;
        var steps = placed is null ? saved[2].AsPointer() : placed.Start;
        var outer = grad_output.contiguous();
        var channels = windows.Outputs;
        // The gradient of the products, in the places of their windows, with zeros around each row, so that it has windows, too.
        using FloatBuffer padded = new((long)windows.Positions * channels);
        if (!windows.IsWhole)
        {
            NativeMemory.Clear(padded.Start, (nuint)windows.Positions * (nuint)channels * sizeof(float));
        }
        var inner = padded.Start + ((nint)windows.After * channels);
        var factors = Factors(norm, channels);
        var sums = new double[2 * channels];
        float* live = kept.AsPointerOrNull(), gradients = outer.AsPointer();
        fixed (double* sum = sums)
        {
            for (var row = 0; row < windows.Batch; row++)
            {
                var at = (nint)windows.Starts[row] * channels;
                StepNorm.Default.Backward(
                    windows.Lengths[row], channels, products.Start + at, factors, work.IsRelu,
                    live == null ? null : live + ((nint)row * channels), gradients + ((nint)row * windows.Steps * channels),
                    inner + at, sum);
            }
        }
        var (dGain, dShift, dBias) = (torch.empty(channels), torch.empty(channels), torch.zeros(channels));
        Through(windows, work.Learns, products.Start, norm, sums, inner, dGain.AsSpan(), dShift.AsSpan());
        if (!work.Learns)
        {
            BiasGradient(windows, inner, dBias.AsSpan());
        }
        var dWeight = torch.empty_like(weight);
        WeightGradient(windows, inner, steps, dWeight.AsPointer());
        var dInput = torch.empty(windows.Batch, windows.Steps, windows.Inputs);
        InputGradient(windows, padded.Start, weight.AsPointer(), dInput.AsPointer());
        var dResidual = work.HasResidual ? outer.alias() : null;
        scope.MoveToOuter(dInput, dWeight, dBias, dGain, dShift);
        dResidual?.MoveToOuterDisposeScope();
        return [dInput, dWeight, dBias, dGain, dShift, dResidual!, null!];
    }

    // Mean, factor, shift and the inverse deviation, [4, K].
    private static unsafe torch.Tensor Statistics(
        StepWindows windows, StepNormWork work, float* products, ReadOnlySpan<float> bias, ReadOnlySpan<float> gain, ReadOnlySpan<float> shift)
    {
        var channels = windows.Outputs;
        var norm = torch.empty(4, channels);
        var mean = norm.AsSpan()[..channels];
        var inverse = norm.AsSpan()[(3 * channels)..];
        if (work.Learns)
        {
            var sums = new double[channels];
            fixed (double* sum = sums)
            {
                windows.Sum(products, null, sum);
                for (var c = 0; c < channels; c++)
                {
                    mean[c] = (float)(sums[c] / windows.Valid);
                }
                Array.Clear(sums);
                windows.Sum(products, norm.AsPointer(), sum);
            }
            work.Update(mean, bias, sums, windows.Valid);
            for (var c = 0; c < channels; c++)
            {
                inverse[c] = (float)(1 / Math.Sqrt((sums[c] / windows.Valid) + Epsilon));
            }
        }
        else
        {
            var running = work.Mean.AsSpan();
            var variance = work.Variance.AsSpan();
            for (var c = 0; c < channels; c++)
            {
                // The products lack the bias.
                (mean[c], inverse[c]) = (running[c] - bias[c], (float)(1 / Math.Sqrt(variance[c] + Epsilon)));
            }
        }
        var factor = norm.AsSpan()[channels..];
        for (var c = 0; c < channels; c++)
        {
            factor[c] = gain[c] * inverse[c];
        }
        shift.CopyTo(norm.AsSpan()[(2 * channels)..]);
        return norm;
    }

    private static unsafe StepNormFactors Factors(torch.Tensor norm, int channels) => new()
    {
        Mean = norm.AsPointer(),
        Factor = norm.AsPointer() + channels,
        Shift = norm.AsPointer() + (2 * channels),
    };

    // From the gradient of the normalised products to that of the products.
    private static unsafe void Through(
        StepWindows windows, bool learns, float* products, torch.Tensor norm, double[] sums, float* inner, Span<float> dGain,
        Span<float> dShift)
    {
        var channels = windows.Outputs;
        using FloatBuffer statistics = new(2 * channels);
        var slope = statistics.Start;
        var constant = slope + channels;
        var values = norm.AsSpan();
        for (var c = 0; c < channels; c++)
        {
            var (factor, inverse) = (values[channels + c], values[(3 * channels) + c]);
            dShift[c] = (float)sums[c];
            dGain[c] = (float)(sums[channels + c] * inverse);
            slope[c] = learns ? (float)(-factor * inverse * (sums[channels + c] * inverse) / windows.Valid) : 0;
            constant[c] = learns ? (float)(-factor * sums[c] / windows.Valid) : 0;
        }
        var factors = Factors(norm, channels);
        for (var row = 0; row < windows.Batch; row++)
        {
            var at = (nint)windows.Starts[row] * channels;
            StepNorm.Default.Through(windows.Lengths[row], channels, products + at, factors, slope, constant, inner + at);
        }
    }

    private static unsafe void BiasGradient(StepWindows windows, float* inner, Span<float> gradient)
    {
        var sums = new double[windows.Outputs];
        fixed (double* sum = sums)
        {
            windows.Sum(inner, null, sum);
        }
        for (var c = 0; c < sums.Length; c++)
        {
            gradient[c] = (float)sums[c];
        }
    }

    private static unsafe void WeightGradient(StepWindows windows, float* inner, float* steps, float* gradient)
    {
        var (count, outputs) = (windows.Count, windows.Outputs);
        var gradients = MatrixView.Of(inner, count, outputs);
        var columns = windows.Width * windows.Inputs;
        MatrixView view = new(steps, count, columns, windows.Inputs, 1);
        if (windows.Width == 1)
        {
            MatrixProducts.MultiplyTransposed(gradients, view, gradient);
            return;
        }
        using FloatBuffer inOrder = new((long)outputs * columns);
        MatrixProducts.MultiplyTransposed(gradients, view, inOrder.Start);
        // [K, w, D] to [K, D, w].
        for (var k = 0; k < outputs; k++)
        {
            var own = (nint)k * columns;
            MatrixProducts.Transpose(windows.Width, windows.Inputs, inOrder.Start + own, windows.Inputs, gradient + own, windows.Width);
        }
    }

    private static unsafe void InputGradient(StepWindows windows, float* padded, float* weight, float* gradient)
    {
        if (windows.IsWhole)
        {
            MatrixProducts.Multiply(
                windows.Count, padded, windows.Outputs, MatrixView.Of(weight, windows.Outputs, windows.Inputs), gradient, windows.Inputs);
            return;
        }
        using FloatBuffer all = new((long)windows.Count * windows.Inputs);
        using (windows.Backward(weight, out var view))
        {
            MatrixProducts.Multiply(windows.Count, padded, windows.Outputs, view, all.Start, windows.Inputs);
        }
        windows.Take(all.Start, gradient);
    }

    private static torch.Tensor Contiguous(object tensor) => ((torch.Tensor)tensor).contiguous();

    private sealed record Saved(
        StepWindows Windows, KeptFloats? Placed, KeptFloats Products, bool IsRelu, bool Learns, bool HasKept, bool HasResidual);
}
