using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A task, a network that is to learn it, and its guide.</summary>
/// <param name="Name">The name.</param>
/// <param name="Setup">What was measured, for the report.</param>
/// <param name="Rows">The training and test rows of a seed; null if files are not available.</param>
/// <param name="Student">The trainer of the network to be guided, with its training options changed.</param>
/// <param name="Guide">The trainer of the guide.</param>
internal sealed record GuidanceStudy(
    string Name, string Setup, Func<MLContext, int, (IDataView Train, IDataView Test)?> Rows,
    Func<MLContext, Action<TrainingOptions>, IEstimator<NetworkTransformer>> Student, Func<MLContext, Action<TrainingOptions>, IEstimator<NetworkTransformer>> Guide)
{
    private const int TestRows = 1000, Width = 32, BatchSize = 50;

    // Parity.
    private const int BitRows = 1000, Bits = 10, BitEpochs = 60;

    // Copy-paste: ten tokens and the sign that says to repeat them.
    private const int Tokens = 10, CopyRows = 4000, Shortest = 5, Longest = 8, CopyEpochs = 15;

    // Images.
    private const int Side = 14, Digits = 2000, CifarSide = 16, ImageEpochs = 20;
    private const string DeepFullyConnected = "fc 50 x 20, relu";
    private const string Convolutional = "conv 16 3, pool 2, conv 32 3, pool 2, fc 64, relu";

    public static IReadOnlyList<GuidanceStudy> All { get; } =
    [
        new("parity",
            $"A Transformer of one layer of {Width} channels, guided by a GRU of one layer: whether the number of ones is odd, trained on {BitRows} rows of 1 to {Bits} bits for {BitEpochs} epochs, tested on {TestRows} rows of {Bits} bits; chance is .5.",
            (ml, seed) => (BitView(ml, seed, BitRows, random => random.Next(1, Bits + 1)), BitView(ml, -seed, TestRows, _ => Bits)),
            (ml, change) => ml.MulticlassClassification.Trainers.SingleLayerTransformer(
                Sequences(new SingleLayerTransformerOptions { ConvolutionWidth = 0, LayerNorm = true, Pooling = SequencePooling.Mean }, 3e-3, BitEpochs, change)),
            (ml, change) => ml.MulticlassClassification.Trainers.Recurrent(
                Sequences(new RecurrentOptions { Cell = RecurrentCell.Gru, Layers = 1, Bidirectional = false, Pooling = SequencePooling.Last }, 1e-2, BitEpochs, change))),
        new("copy-paste",
            $"An Elman network of two layers of {Width} channels, guided by a Transformer of one layer: {Shortest} to {Longest} of {Tokens} tokens, the sign to repeat them, and the first of them again; the label is the next token. Trained on {CopyRows} rows for {CopyEpochs} epochs, tested on {TestRows}; chance is .1.",
            (ml, seed) => (CopyView(ml, seed, CopyRows), CopyView(ml, -seed, TestRows)),
            (ml, change) => ml.MulticlassClassification.Trainers.Recurrent(Sequences(
                new RecurrentOptions { Cell = RecurrentCell.Elman, Layers = 2, Bidirectional = false, ConvolutionWidth = 0, Pooling = SequencePooling.Last },
                3e-3, CopyEpochs, change)),
            (ml, change) => ml.MulticlassClassification.Trainers.SingleLayerTransformer(
                Sequences(new SingleLayerTransformerOptions { LayerNorm = true, Pooling = SequencePooling.Last }, 3e-3, CopyEpochs, change))),
        Images("MNIST", $"{Digits} digits of {Side} x {Side}, {TestRows} test digits",
            ml => MnistImages.LoadImages(ml, "train", Digits), ml => MnistImages.LoadImages(ml, "t10k", TestRows)),
        Images("CIFAR-10, a part", $"2000 pictures of {CifarSide} x {CifarSide}, 500 test pictures",
            ml => CifarImages.Load(ml, "train", CifarSide), ml => CifarImages.Load(ml, "test", CifarSide)),
    ];

    /// <summary>The accuracy of a model on rows.</summary>
    public double Accuracy(MLContext ml, ITransformer model, IDataView rows) =>
        ml.MulticlassClassification.Evaluate(model.Transform(rows)).MicroAccuracy;

    private static GuidanceStudy Images(string name, string rows, Func<MLContext, IDataView?> train, Func<MLContext, IDataView?> test) => new(
        name,
        $"A network `{DeepFullyConnected}` with the initialization of He et al. 2015, guided by `{Convolutional}`: {rows}, {ImageEpochs} epochs; chance is .1.",
        (ml, _) => train(ml) is { } one && test(ml) is { } other ? (one, other) : null,
        (ml, change) => ml.MulticlassClassification.Trainers.DeepNetwork(Deep(DeepFullyConnected, change)),
        (ml, change) => ml.MulticlassClassification.Trainers.DeepNetwork(Deep(Convolutional, change)));

    private static DeepNetworkOptions Deep(string architecture, Action<TrainingOptions> change)
    {
        var options = new DeepNetworkOptions { Architecture = architecture, EnsembleSize = 1, Initialization = DeepInitialization.He, LayerRates = LayerLearningRates.Equal };
        Train(options.Training, 1e-3, ImageEpochs, change);
        return options;
    }

    private static TOptions Sequences<TOptions>(TOptions options, double rate, int epochs, Action<TrainingOptions> change)
        where TOptions : SequenceTrainerOptions
    {
        (options.HiddenSize, options.EnsembleSize, options.Base, options.Dropout, options.InputNoise) = (Width, 1, SequenceBase.None, 0, 0);
        Train(options.Training, rate, epochs, change);
        return options;
    }

    private static void Train(TrainingOptions training, double rate, int epochs, Action<TrainingOptions> change)
    {
        (training.LearningRate, training.Epochs, training.BatchSize) = (rate, epochs, BatchSize);
        (training.ValidationFraction, training.LabelSmoothing) = (0, 0);
        change(training);
    }

    private static IDataView BitView(MLContext ml, int seed, int rows, Func<Random, int> steps)
    {
        var random = new Random(seed);
        return ClassifiedSeries.View(ml, Enumerable.Range(0, rows).Select(_ =>
        {
            float[] bits = [.. Enumerable.Range(0, steps(random)).Select(_ => (float)random.Next(2))];
            return new ClassifiedSeries { Features = bits, Label = (uint)bits.Sum() % 2 };
        }), steps: 0);
    }

    private static IDataView CopyView(MLContext ml, int seed, int rows)
    {
        var random = new Random(seed);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(_ =>
        {
            uint[] tokens = [.. Enumerable.Range(0, random.Next(Shortest, Longest + 1)).Select(_ => (uint)random.Next(1, Tokens + 1))];
            var next = random.Next(tokens.Length);
            return new TokenRow { Features = [.. tokens, Tokens + 1, .. tokens[..next]], Label = tokens[next] };
        }).ToArray());
    }

    /// <summary>Tokens, numbered from 1, and one that follows.</summary>
    private sealed class TokenRow
    {
        [KeyType(Tokens + 1)]
        public uint[] Features { get; set; } = [];

        [KeyType(Tokens)]
        public uint Label { get; set; }
    }
}
