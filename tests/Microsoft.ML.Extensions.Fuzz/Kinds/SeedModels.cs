using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Interpretability.Tests.Models;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>A tiny trained model of the corpus.</summary>
/// <param name="Name">The name of its file, which begins with what it is of: network, stream, forecast, base, ranking, transform, circuit.</param>
/// <param name="Data">The rows that it was trained on, which a changed model must score or refuse.</param>
/// <param name="Make">Makes the estimator.</param>
internal sealed record SeedModel(string Name, Func<MLContext, IDataView> Data, Func<MLContext, IEstimator<ITransformer>> Make)
{
    public string Path => Corpus.Seed(Name + ".zip");
}

/// <summary>The models of the corpus: of every network, task, input and transform one.</summary>
internal static class SeedModels
{
    private static readonly TrainingOptions Short = new() { Epochs = 2 };

    public static IReadOnlyList<SeedModel> All { get; } =
    [
        new("network-ParaRnn", ml => Sequences(ml, 0), ml => ml.MulticlassClassification.Trainers.ParaRnn(
            new ParaRnnOptions { Base = SequenceBase.None, HiddenSize = 8, Layers = 1, EnsembleSize = 2, Training = Short, LabelColumnName = "Class" })),
        new("stream-ParaRnn", ml => Sequences(ml, 0), ml => ml.Regression.Trainers.ParaRnn(
            new ParaRnnOptions { HiddenSize = 8, Layers = 1, EnsembleSize = 1, Bidirectional = false, Pooling = SequencePooling.Attention, Training = Short, LabelColumnName = "Target" })),
        new("network-Lssl", ml => Sequences(ml, 16), ml => ml.BinaryClassification.Trainers.Lssl(
            new LsslOptions { Base = SequenceBase.None, HiddenSize = 8, Layers = 1, StateSize = 8, EnsembleSize = 1, Training = Short, LabelColumnName = "IsFirst" })),
        new("stream-Lssl", ml => Sequences(ml, 0), ml => ml.Regression.Trainers.Lssl(
            new LsslOptions { HiddenSize = 8, Layers = 1, StateSize = 8, EnsembleSize = 1, Bidirectional = false, Pooling = SequencePooling.Mean, Training = Short, LabelColumnName = "Target" })),
        new("stream-Aaren", ml => Sequences(ml, 0), ml => ml.MulticlassClassification.Trainers.Aaren(
            new AarenOptions { HiddenSize = 8, Layers = 1, EnsembleSize = 1, Pooling = SequencePooling.Max, Training = Short, LabelColumnName = "Class" })),
        new("network-Aaren", Tokens, ml => ml.BinaryClassification.Trainers.Aaren(
            new AarenOptions { HiddenSize = 8, Layers = 1, EnsembleSize = 1, Training = Short, LabelColumnName = "IsFirst" })),
        new("stream-Transformer", ml => Sequences(ml, 0), ml => ml.Regression.Trainers.SingleLayerTransformer(
            new SingleLayerTransformerOptions { HiddenSize = 8, FeedForwardWidth = 8, EnsembleSize = 1, Causal = true, Pooling = SequencePooling.MeanMax, Training = Short, LabelColumnName = "Target" })),
        new("network-Transformer", Tokens, ml => ml.MulticlassClassification.Trainers.SingleLayerTransformer(
            new SingleLayerTransformerOptions { HiddenSize = 8, FeedForwardWidth = 8, EnsembleSize = 1, Training = Short, LabelColumnName = "Class" })),
        new("stream-Recurrent", ml => Sequences(ml, 0), ml => ml.BinaryClassification.Trainers.Recurrent(
            new RecurrentOptions { HiddenSize = 8, Layers = 1, EnsembleSize = 1, Bidirectional = false, Pooling = SequencePooling.Last, Training = Short, LabelColumnName = "IsFirst" })),
        new("network-Recurrent", ml => Sequences(ml, 16), ml => ml.Regression.Trainers.Recurrent(new RecurrentOptions
        {
            Base = SequenceBase.None,
            HiddenSize = 16,
            Layers = 1,
            EnsembleSize = 1,
            Structure = RecurrentStructure.RandomGraph,
            Graph = { Nodes = 10 },
            Training = Short,
            LabelColumnName = "Target",
        })),
        new("network-Convolution", ml => Sequences(ml, 0), ml => ml.MulticlassClassification.Trainers.RandomConvolution(
            new RandomConvolutionOptions { LabelColumnName = "Class", Features = 672, Pooling = RandomConvolutionPooling.Four, Differences = true, Seed = 1 })),
        new("network-Lrcn", Images, ml => ml.MulticlassClassification.Trainers.Lrcn(
            new LrcnOptions { ConvolutionChannels = 4, HiddenSize = 8, ClipLength = 6, ClipStride = 3, EnsembleSize = 1, Training = Short, LabelColumnName = "Class" })),
        new("network-Caption", ml => DescribedShapes.ToDataView(ml, DescribedShapes.Rows(9, 1)), ml => ml.Transforms.Sequences.LrcnCaption(
            new LrcnCaptionOptions { ConvolutionChannels = 4, HiddenSize = 8, EmbeddingSize = 8, MaxWords = 8, EnsembleSize = 1, Training = Short })),
        new("network-Kernel", ml => Sequences(ml, 16), ml => ml.MulticlassClassification.Trainers.NeuralTangentKernel(
            new NeuralTangentKernelOptions { LabelColumnName = "Class" })),
        new("network-KernelRegression", ml => Sequences(ml, 16), ml => ml.Regression.Trainers.NeuralTangentKernel(
            new NeuralTangentKernelOptions { LabelColumnName = "Target", InfiniteDepth = false })),
        new("network-Deep", ml => Sequences(ml, 16), ml => ml.MulticlassClassification.Trainers.DeepNetwork(
            new DeepNetworkOptions { Width = 8, Depth = 2, Activation = DeepActivation.Tanh, EnsembleSize = 1, Training = Short, LabelColumnName = "Class" })),
        new("forecast-ParaRnn", Series, ml => ml.Transforms.Sequences.ForecastWindow(["First", "Second"], 12, 3, knownColumnNames: ["Plan"]).Append(ml.Forecasting.Trainers.ParaRnn(
            new ParaRnnOptions { HiddenSize = 8, Layers = 1, EnsembleSize = 1, Training = Short }, new ForecastOptions { Quantiles = [0.1, 0.9], PatchLength = 4 }))),
        new("forecast-Linear", Series, ml => ml.Transforms.Sequences.ForecastWindow(["First"], 12, 3).Append(ml.Forecasting.Trainers.Recurrent(
            new RecurrentOptions { HiddenSize = 8, Layers = 1, EnsembleSize = 1, Training = Short }, new ForecastOptions { LinearOnly = true }))),
        new("base-Corrected", ml => Placed(ml, 0), ml => ml.Regression.Trainers.ParaRnn(Based(new ParaRnnOptions { ConvolutionWidth = 2, Pooling = SequencePooling.Segments, PoolingSegments = 8 }, "Target"))),
        new("base-Equal", ml => Placed(ml, 8), ml => ml.BinaryClassification.Trainers.ParaRnn(Based(new ParaRnnOptions { ConvolutionWidth = 2, Pooling = SequencePooling.Segments, PoolingSegments = 8 }, "IsFirst"))),
        new("base-Alone", ml => Sequences(ml, 0), ml => ml.MulticlassClassification.Trainers.Lssl(Based(new LsslOptions { StateSize = 8 }, "Class"))),
        .. Enum.GetValues<RankingArchitecture>().Select(architecture => new SeedModel($"ranking-{architecture}", Questions, ml => ml.Ranking.Trainers.NeuralRanking(Ranking(architecture)))),
        new("transform-Lexical", Questions, ml => ml.Transforms.LexicalScore("Score", "Query", ["Document", "Title"], new LexicalOptions { FieldWeights = [1, 2], Feedback = new() })),
        new("transform-Embed", Questions, ml => ml.Transforms.Text.EmbedText("Vector", Encoder(), "Query")),
        new("transform-Window", Series, ml => ml.Transforms.Sequences.Window("Window", ["First", "Second"], 5, 2, "Plan")),
        new("transform-Group", Series, ml => ml.Transforms.Sequences.Group("Sequence", "Id", "Time", "First", "Second")),
        new("transform-Standardize", ml => Sequences(ml, 0), ml => ml.Transforms.Sequences.Standardize("Standard", "Features")),
        new("transform-Reshape", ml => Sequences(ml, 16), ml => ml.Transforms.Sequences.Reshape("Shaped", "Features", 4)),
        new("transform-Interval", Predicted, ml => ml.Regression.ConformalInterval(new ConformalIntervalOptions { LabelColumnName = "Target", ScoreColumnName = "Number" })),
        new("transform-Quantiles", Predicted, ml => ml.Regression.ConformalInterval(
            new ConformalIntervalOptions { LabelColumnName = "Target", ScoreColumnName = "Number", QuantilesColumnName = "Quantiles" })),
        new("transform-Sets", Predicted, ml => ml.MulticlassClassification.ConformalSet(new ConformalSetOptions { LabelColumnName = "Class" })),
        new("transform-Temperature", Predicted, ml => ml.MulticlassClassification.TemperatureScaling("Class")),
        new("transform-Frames", Paths, ml => ml.Transforms.Sequences.LoadFrames("Frames", "Path", 4, 4)),
        new("circuit-Embedded", Texts, ml => Circuit(ml, tokens: false)),
        new("circuit-Tokens", ml => TokenRows(ml), ml => Circuit(ml, tokens: true)),
    ];

    private static readonly string[] Words = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];

    /// <summary>Trains all and writes them.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var seed in All)
        {
            var ml = new MLContext(1);
            var data = seed.Data(ml);
            ml.Model.Save(seed.Make(ml).Fit(data), data.Schema, Path.Combine(folder, seed.Name + ".zip"));
        }
    }

    /// <summary>A row of a series.</summary>
    public sealed class SeriesRow
    {
        public string Id { get; set; } = "";

        public float Time { get; set; }

        public float First { get; set; }

        public float Second { get; set; }

        public float Plan { get; set; }
    }

    /// <summary>Steps of a series of two waves and a plan.</summary>
    public static SeriesRow[] SeriesRows(int count) => [.. Enumerable.Range(0, count).Select(t => new SeriesRow
    {
        Id = t < count / 2 ? "one" : "two",
        Time = t,
        First = (float)Math.Sin(t),
        Second = (float)Math.Cos(t / 2.0),
        Plan = t % 3,
    })];

    /// <summary>A row of a stream.</summary>
    public sealed class LabelledRow
    {
        public float[] Features { get; set; } = [];

        public uint[] Tokens { get; set; } = [];

        [KeyType(3)]
        public uint Class { get; set; }

        public float Target { get; set; }

        public bool IsFirst { get; set; }
    }

    /// <summary>A step of a stream.</summary>
    public sealed class StepRow
    {
        [VectorType(1, 2)]
        public float[] Features { get; set; } = [];
    }

    private static IDataView Series(MLContext ml) => ml.Data.LoadFromEnumerable(SeriesRows(40));

    private static IDataView Sequences(MLContext ml, int steps) => Labelled(ml, "Features", new VectorDataViewType(NumberDataViewType.Single, steps, 2), steps);

    // One step of noise is the label, which no number that is pooled over the row tells.
    private static IDataView Placed(MLContext ml, int steps)
    {
        var random = new Random(1);
        var definition = SchemaDefinition.Create(typeof(LabelledRow));
        definition.Remove(definition["Tokens"]);
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, steps, 1);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(_ =>
        {
            float[] features = [.. Enumerable.Range(0, 8).Select(_ => (float)((2 * random.NextDouble()) - 1))];
            return new LabelledRow { Features = features, IsFirst = features[2] > 0, Target = features[2] };
        }).ToArray(), definition);
    }

    private static TOptions Based<TOptions>(TOptions options, string label)
        where TOptions : SequenceTrainerOptions
    {
        (options.LabelColumnName, options.Base, options.HiddenSize, options.Layers, options.EnsembleSize, options.InputNoise) = (label, SequenceBase.RandomConvolution, 8, 1, 2, 0);
        (options.Training.Epochs, options.Training.LearningRate) = (60, 0.02);
        return options;
    }

    private static NeuralRankingOptions Ranking(RankingArchitecture architecture) => new()
    {
        Architecture = architecture,
        EnsembleSize = 1,
        EmbeddingSize = 6,
        HiddenSize = 6,
        Filters = 3,
        MaxQueryTerms = 4,
        MaxDocumentTerms = 8,
        NumberColumnNames = architecture == RankingArchitecture.ConvKnrm ? ["Stage"] : [],
        Training = Short,
    };

    private static TextEncoder Encoder()
    {
        using var folder = new BertFolder();
        return folder.Load();
    }

    private static IDataView Questions(MLContext ml)
    {
        var random = new Random(2);
        var view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(index =>
        {
            var words = random.GetItems(Words, 6);
            return new QuestionRow
            {
                Query = $"{Words[index / 3]} {Words[(index / 3) + 1]}",
                Document = string.Join(' ', words.Select(word => word + "ing")),
                Title = string.Join(' ', words[..2]),
                Label = index % 3,
                Stage = random.NextSingle(),
                Group = $"q{index / 3}",
            };
        }).ToArray());
        return ml.Transforms.Conversion.MapValueToKey("GroupId", "Group").Fit(view).Transform(view);
    }

    private static IDataView Images(MLContext ml) => Labelled(ml, "Features", new VectorDataViewType(NumberDataViewType.Single, 0, 3, 2, 2), 12);

    private static IDataView Tokens(MLContext ml) => Labelled(ml, "Tokens", new VectorDataViewType(new KeyDataViewType(typeof(uint), 6)), 0);

    private static IDataView Labelled(MLContext ml, string column, DataViewType type, int steps)
    {
        var random = new Random(1);
        var definition = SchemaDefinition.Create(typeof(LabelledRow));
        definition.Remove(definition[column == "Tokens" ? "Features" : "Tokens"]);
        (definition[column].ColumnName, definition[column].ColumnType) = ("Features", type);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(index =>
        {
            var length = steps > 0 ? steps : 5 + (index % 4);
            return new LabelledRow
            {
                Features = [.. Enumerable.Range(0, length * 2).Select(_ => (float)(random.NextDouble() + (index % 3)))],
                Tokens = [.. Enumerable.Range(0, length).Select(_ => (uint)random.Next(1, 7))],
                Class = (uint)(index % 3) + 1,
                Target = index % 3 * 2.5f,
                IsFirst = index % 3 == 0,
            };
        }).ToArray(), definition);
    }

    // What a classifier and a forecaster leave.
    private static IDataView Predicted(MLContext ml)
    {
        var random = new Random(4);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(index =>
        {
            var (probability, number) = (random.NextSingle(), random.NextSingle());
            return new PredictedRow
            {
                Class = (uint)(index % 3) + 1,
                PredictedLabel = probability > 0.5f ? 1u : 2,
                Score = [probability, (1 - probability) / 2, (1 - probability) / 2],
                Target = number + random.NextSingle(),
                Number = number,
                Quantiles = [number - 0.2f, number, number + 0.2f],
            };
        }).ToArray());
    }

    private static IDataView Paths(MLContext ml) => ml.Data.LoadFromEnumerable(
        Enumerable.Repeat(new PathRow { Path = Corpus.Seed("picture.png") }, 2).ToArray());

    private static IDataView Texts(MLContext ml) => ml.Data.LoadFromEnumerable(Sentences().Select(words => new TextRow
    {
        Text = string.Join(' ', words.Select(word => Words[word])),
        Label = words[2] == words[0],
    }).ToArray());

    private static IDataView TokenRows(MLContext ml) => ml.Data.LoadFromEnumerable(Sentences().Select(words => new TokensRow { Tokens = words, Label = words[2] == words[0] }).ToArray());

    private static IEnumerable<int[]> Sentences()
    {
        var random = new Random(3);
        return Enumerable.Range(0, 16).Select(index =>
        {
            var words = Enumerable.Range(0, 5).Select(_ => random.Next(Words.Length)).ToArray();
            words[2] = index % 2 == 0 ? words[0] : (words[0] + 1) % Words.Length;
            return words;
        });
    }

    private static SparseAutoencoderCircuitFinder Circuit(MLContext ml, bool tokens)
    {
        var options = new CircuitFinderOptions { Epochs = 2, Permutations = 0, EmbedModel = true };
        return tokens
            ? ml.Transforms.SparseAutoencoderCircuitFinder(TinyTransformers.Create("llama"), inputColumnName: "Tokens", options: options)
            : ml.Transforms.SparseAutoencoderCircuitFinder(TinyTransformers.Create("gpt2"), TransformerTokenizer.OfWords(Words), options: options);
    }

    private sealed class QuestionRow
    {
        public string Query { get; set; } = "";

        public string Document { get; set; } = "";

        public string Title { get; set; } = "";

        public float Label { get; set; }

        public float Stage { get; set; }

        public string Group { get; set; } = "";
    }

    private sealed class PredictedRow
    {
        [KeyType(3)]
        public uint Class { get; set; }

        [KeyType(3)]
        public uint PredictedLabel { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];

        public float Target { get; set; }

        public float Number { get; set; }

        [VectorType(3)]
        public float[] Quantiles { get; set; } = [];
    }

    private sealed class PathRow
    {
        public string Path { get; set; } = "";
    }

    private sealed class TextRow
    {
        public string Text { get; set; } = "";

        public bool Label { get; set; }
    }

    private sealed class TokensRow
    {
        public int[] Tokens { get; set; } = [];

        public bool Label { get; set; }
    }
}
