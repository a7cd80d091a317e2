using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Options of <see cref="ConvolutionPeer"/>.</summary>
internal sealed class ConvolutionPeerOptions : NetworkTrainerOptions;

/// <summary>
/// The fully convolutional network of Wang, Yan and Oates 2017, arXiv 1611.06455, section II-B: 128, 256 and 128 filters of 8, 5 and 3
/// steps, each with batch norm and ReLU, the mean over time, a linear layer. It uses the network frame and training loop of the pack's
/// trainers, without label smoothing, at the rate .001.
/// </summary>
internal sealed class ConvolutionPeer : NetworkTrainer<ConvolutionPeerOptions>
{
    private static readonly (int Filters, int Width)[] Layers = [(128, 8), (256, 5), (128, 3)];

    private static readonly NetworkKind s_kind = new NetworkKind<ConvolutionPeerOptions>(
        nameof(ConvolutionPeer), new ModelKind("BENCHNET", "MLExtBenchmarkNetwork", typeof(ConvolutionPeer).Assembly),
        (_, input, outputs, generator) => new Convolutions(input, outputs, generator));

    private ConvolutionPeer(IHostEnvironment env, TaskKind task, ConvolutionPeerOptions options)
        : base(env, task, s_kind, options)
    {
    }

    public static ConvolutionPeer Create(MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, int seed) =>
        new(catalog.Environment(), MulticlassTask.Instance, AtDefaults(seed));

    public static ConvolutionPeer Create(RegressionCatalog.RegressionTrainers catalog, int seed) =>
        new(catalog.Environment(), RegressionTask.Instance, AtDefaults(seed));

    private static ConvolutionPeerOptions AtDefaults(int seed)
    {
        var options = new ConvolutionPeerOptions { EnsembleSize = 1 };
        (options.Training.Seed, options.Training.LearningRate, options.Training.LabelSmoothing) = (seed, 1e-3, 0);
        return options;
    }

    private sealed class Convolutions : Network, IStandardized
    {
        private readonly ModuleList<StepConvolution> convolutions;
        private readonly ModuleList<StepBatchNorm> norms;
        private readonly LinearLayer head;
        private readonly Tensor mean;
        private readonly Tensor scale;

        public Convolutions(InputColumn input, int outputs, Generator generator)
            : base(nameof(Convolutions))
        {
            var widths = Layers.Select(layer => layer.Filters).Prepend(input.Channels).ToArray();
            convolutions = new([.. Layers.Select(
                (layer, index) => new StepConvolution(widths[index], layer.Filters, layer.Width, causal: false, generator))]);
            norms = new([.. Layers.Select(layer => new StepBatchNorm(layer.Filters))]);
            head = new LinearLayer(widths[^1], outputs, generator);
            (mean, scale) = (zeros(input.Channels), ones(input.Channels));
            register_buffer(nameof(mean), mean);
            register_buffer(nameof(scale), scale);
            RegisterComponents();
        }

        public void Standardize(ChannelStatistics statistics)
        {
            using var scope = NewDisposeScope();
            mean.copy_(tensor(statistics.Mean.ToArray()));
            scale.copy_(tensor(statistics.Scale()));
        }

        public override Tensor forward(InputBatch batch)
        {
            var steps = batch.Values.Minus(mean) / scale * batch.Mask;
            for (var layer = 0; layer < convolutions.Count; layer++)
            {
                steps = norms[layer].call(convolutions[layer].call(steps), batch).relu() * batch.Mask;
            }
            return head.call(steps.sum([1]) / batch.Mask.sum([1]));
        }
    }
}
