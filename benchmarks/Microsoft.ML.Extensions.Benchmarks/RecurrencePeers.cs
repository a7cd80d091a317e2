using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Sequence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Times forward + backward of libtorch's layer of a shape.</summary>
internal delegate Timing RecurrencePeer((int Batch, int Steps, int Hidden) shape);

/// <summary>Whole layers, measured the same way: the input needs a gradient too, as it does inside a network.</summary>
internal static class RecurrencePeers
{
    public static Timing Layer<TCell>((int Batch, int Steps, int Hidden) shape, RecurrenceMode mode) where TCell
        : struct, IRecurrentCell<TCell>
    {
        using var layer = new RecurrentCellLayer<TCell>(new(shape.Hidden, shape.Hidden, Mode: mode), new Generator(1));
        return TrainingStep(shape, x => layer.call(x, null), layer);
    }

    public static Timing Gru((int Batch, int Steps, int Hidden) shape)
    {
        using var layer = nn.GRU(shape.Hidden, shape.Hidden, batchFirst: true);
        return TrainingStep(shape, x => layer.call(x, null).Item1, layer);
    }

    public static Timing Lstm((int Batch, int Steps, int Hidden) shape)
    {
        using var layer = nn.LSTM(shape.Hidden, shape.Hidden, batchFirst: true);
        return TrainingStep(shape, x => layer.call(x, null).Item1, layer);
    }

    public static Timing Rnn((int Batch, int Steps, int Hidden) shape)
    {
        using var layer = nn.RNN(shape.Hidden, shape.Hidden, batchFirst: true);
        return TrainingStep(shape, x => layer.call(x, null).Item1, layer);
    }

    public static Timing Dense((int Batch, int Steps, int Hidden) shape, RecurrentCell cell)
    {
        using var layer = new RecurrentLayer(new(shape.Hidden, shape.Hidden, cell), new Generator(1));
        return TrainingStep(shape, x => layer.call(x, null), layer);
    }

    public static Timing GruScoring((int Batch, int Steps, int Hidden) shape)
    {
        using var layer = nn.GRU(shape.Hidden, shape.Hidden, batchFirst: true);
        return Scoring(shape, x => layer.call(x, null).Item1);
    }

    public static Timing LstmScoring((int Batch, int Steps, int Hidden) shape)
    {
        using var layer = nn.LSTM(shape.Hidden, shape.Hidden, batchFirst: true);
        return Scoring(shape, x => layer.call(x, null).Item1);
    }

    public static Timing RnnScoring((int Batch, int Steps, int Hidden) shape)
    {
        using var layer = nn.RNN(shape.Hidden, shape.Hidden, batchFirst: true);
        return Scoring(shape, x => layer.call(x, null).Item1);
    }

    public static Timing DenseScoring((int Batch, int Steps, int Hidden) shape, RecurrentCell cell)
    {
        using var layer = new RecurrentLayer(new(shape.Hidden, shape.Hidden, cell), new Generator(1));
        return Scoring(shape, x => layer.call(x, null));
    }

    private static Timing Scoring((int Batch, int Steps, int Hidden) shape, Func<Tensor, Tensor> forward)
    {
        using var noGrad = no_grad();
        using var x = randn([shape.Batch, shape.Steps, shape.Hidden], generator: new Generator(2));
        return Timing.Of(() => forward(x).Dispose());
    }

    private static Timing TrainingStep((int Batch, int Steps, int Hidden) shape, Func<Tensor, Tensor> forward, nn.Module layer)
    {
        using var x = randn([shape.Batch, shape.Steps, shape.Hidden], generator: new Generator(2)).requires_grad_();
        using var cotangent = randn([shape.Batch, shape.Steps, shape.Hidden], generator: new Generator(3));
        void Step()
        {
            using var scope = NewDisposeScope();
            layer.zero_grad();
            x.grad = null;
            forward(x).backward([cotangent]);
        }
        return Timing.Of(Step);
    }
}
