using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015, arXiv 1502.03167) of each channel of vectors <c>[N, C]</c> or images <c>[N, C, H, W]</c>.
/// </summary>
/// <remarks>
/// It does not know padding: only valid steps may reach it. Scoring uses the running statistics of training. Weights and statistics have
/// the names of torchvision's files.
/// </remarks>
internal sealed class ChannelBatchNorm : nn.Module<Tensor, Tensor>
{
    private const double LeastMomentum = 0.1;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;
    private readonly Tensor num_batches_tracked;
    private readonly bool _learns;

    /// <param name="channels">C.</param>
    /// <param name="learns">False to keep the statistics fixed in training too.</param>
    public ChannelBatchNorm(long channels, bool learns)
        : base(nameof(ChannelBatchNorm))
    {
        weight = Initial.Ones(channels);
        bias = Initial.Zeros(channels);
        NetworkMemory.Ask(2, channels);
        running_mean = zeros(channels);
        running_var = ones(channels);
        num_batches_tracked = zeros([], ScalarType.Int64);
        _learns = learns;
        register_buffer(nameof(running_mean), running_mean);
        register_buffer(nameof(running_var), running_var);
        register_buffer(nameof(num_batches_tracked), num_batches_tracked);
        RegisterComponents();
    }

    // A single vector has no variance, so the running statistics are used.
    public override Tensor forward(Tensor inputs)
    {
        var learns = training && _learns && inputs.numel() > inputs.shape[1];
        return nn.functional.batch_norm(inputs, running_mean, running_var, weight, bias, learns, learns ? NextMomentum() : 0);
    }

    /// <summary>The forward pass of scoring in ONNX.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">The input.</param>
    /// <param name="axesAfter">The axes after that of the channels: 0 for vectors, 2 for images.</param>
    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input, int axesAfter) =>
        graph.BatchNorm(input, weight, bias, running_mean, running_var, axesAfter);

    // The first batches count equally, so that a short training run has statistics too.
    private double NextMomentum()
    {
        using var _ = no_grad();
        using var one = ones_like(num_batches_tracked);
        num_batches_tracked.add_(one, Torch.Numbers.One);
        return Math.Max(LeastMomentum, 1.0 / num_batches_tracked.Item<long>());
    }
}
