using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015, arXiv 1502.03167) of each channel of <c>[B, T, D]</c> over the valid steps of all rows.
/// </summary>
/// <remarks>Scoring uses the running statistics of training, so a row's result depends on the row alone.</remarks>
internal sealed class StepBatchNorm : nn.Module<Tensor, InputBatch, Tensor>, IOnnxForm
{
    private const double LeastMomentum = 0.1;

    private readonly Parameter gain;
    private readonly Parameter shift;
    private readonly Tensor mean;
    private readonly Tensor variance;
    private readonly Tensor batches;

    public StepBatchNorm(long channels)
        : base(nameof(StepBatchNorm))
    {
        gain = Initial.Ones(channels);
        shift = Initial.Zeros(channels);
        NetworkMemory.Ask(2, channels);
        mean = zeros(channels);
        variance = ones(channels);
        batches = zeros(1);
        register_buffer(nameof(batches), batches);
        register_buffer(nameof(mean), mean);
        register_buffer(nameof(variance), variance);
        RegisterComponents();
    }

    public override Tensor forward(Tensor steps, InputBatch batch)
    {
        var flat = steps.reshape(-1, steps.shape[2]);
        if (batch.IsFull)
        {
            return Normalize(flat).view(steps.shape);
        }
        var valid = batch.Mask.view(-1).nonzero().squeeze(-1);
        return zeros_like(flat).index_copy(0, valid, Normalize(flat.index_select(0, valid))).view(steps.shape);
    }

    /// <summary>As forward in scoring, where no step is padding.</summary>
    public Tensor Apply(Tensor steps) =>
        nn.functional.batch_norm(steps.reshape(-1, steps.shape[2]), mean, variance, gain, shift, training: false).view(steps.shape);

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) => graph.BatchNorm(input, gain, shift, mean, variance);

    /// <summary>
    /// The norm of a convolution's or linear layer's outputs as one operation with it and with what stands after it, in training on the CPU.
    /// </summary>
    /// <param name="input">The layer's input, <c>[B, T, D]</c>.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="layer">The layer's weight <c>[K, D, w]</c> or <c>[K, D]</c>, its bias, and the steps of its window before its own.</param>
    /// <param name="isRelu">Whether ReLU comes next.</param>
    /// <param name="kept">The factors of dropout, <c>[B, 1, K]</c>; null for none.</param>
    /// <param name="residual">What is added last; null for nothing.</param>
    public Tensor Fused(
        Tensor input, InputBatch batch, (Tensor Weight, Tensor Bias, int Before) layer, bool isRelu, Tensor? kept = null, Tensor? residual = null)
    {
        var learns = training && batch.Lengths.Sum() > 1;
        return FusedStepNorm.Run(input, layer.Weight, layer.Bias, gain, shift, residual, new StepNormWork(
            batch.IsFull ? null : batch.Lengths, layer.Before, isRelu, kept, learns, learns ? NextMomentum() : 0, mean, variance));
    }

    // A single step has no variance, so the running statistics are used.
    private Tensor Normalize(Tensor flat)
    {
        var learns = training && flat.shape[0] > 1;
        return nn.functional.batch_norm(flat, mean, variance, gain, shift, learns, learns ? NextMomentum() : 0);
    }

    // The first batches count equally, so that a short training run has statistics too.
    private double NextMomentum()
    {
        using var _ = no_grad();
        batches.add_(Numbers.One, Numbers.One);
        return Math.Max(LeastMomentum, 1 / batches.to_type(ScalarType.Float32).Item<float>());
    }
}
