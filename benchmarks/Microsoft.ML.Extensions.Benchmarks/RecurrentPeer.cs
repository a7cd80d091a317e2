using System.ComponentModel.DataAnnotations;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tasks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>libtorch's recurrent layers.</summary>
internal enum RecurrentPeerCell
{
    Gru,
    Lstm,
}

/// <summary>Options of <see cref="RecurrentPeer"/>.</summary>
internal sealed class RecurrentPeerOptions : SequenceTrainerOptions
{
    [Required]
    public RecurrentPeerCell Cell { get; set; }
}

/// <summary>
/// nn.GRU or nn.LSTM in the network frame, training loop and pooling of the pack's trainers, so that only the layers differ.
/// </summary>
internal sealed class RecurrentPeer : NetworkTrainer<RecurrentPeerOptions>
{
    private static readonly NetworkKind s_kind = new NetworkKind<RecurrentPeerOptions>(
        nameof(RecurrentPeer), new ModelKind("BENCHNET", "MLExtBenchmarkNetwork", typeof(RecurrentPeer).Assembly),
        (options, input, outputs, generator) => new SequenceNetwork(
            options, bidirectional: false, input, outputs, generator, (_, _) => new Block(options)));

    public RecurrentPeer(MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, RecurrentPeerOptions options)
        : base(catalog.Environment(), MulticlassTask.Instance, s_kind, options)
    {
    }

    public RecurrentPeer(RegressionCatalog.RegressionTrainers catalog, RecurrentPeerOptions options)
        : base(catalog.Environment(), RegressionTask.Instance, s_kind, options)
    {
    }

    private sealed class Block : SequenceBlock
    {
        private readonly GRU? gru;
        private readonly LSTM? lstm;

        public Block(RecurrentPeerOptions options)
            : base(nameof(Block))
        {
            var width = options.HiddenSize;
            gru = options.Cell == RecurrentPeerCell.Gru ? nn.GRU(width, width, batchFirst: true) : null;
            lstm = options.Cell == RecurrentPeerCell.Lstm ? nn.LSTM(width, width, batchFirst: true) : null;
            RegisterComponents();
        }

        public override long StepNumbers => 8 * Network.Widths(this);

        public override Tensor forward(Tensor input, InputBatch batch) =>
            gru is not null ? gru.call(input, null).Item1 : lstm!.call(input, null).Item1;

        public override Tensor Advance(Tensor steps, StreamState state) => throw new NotSupportedException("The peers score whole rows.");

        public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) => throw new NotSupportedException("The peers are not saved.");
    }
}
