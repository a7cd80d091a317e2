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
        return Math.Max(LeastMomentum, 1 / batches.Item<float>());
    }
}
