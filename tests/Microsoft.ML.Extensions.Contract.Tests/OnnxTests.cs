using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// A pipeline with the pack's steps becomes an ONNX file that scores the same, or is refused by name: ML.NET's converter would write a model that lacks
/// its steps.
/// </summary>
[TestClass]
public sealed class OnnxTests
{
    private const double Tolerance = 1e-5;

    [TestMethod, EveryTrainer]
    public void Trainer_ScoresTheSame(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            AssertSame(trainer, input, input.Name, _ => { });
        }
    }

    [TestMethod, EveryTrainer]
    public void EveryChoice_ScoresTheSame_OrIsRefused(TrainerCase trainer)
    {
        foreach (var (name, choose) in TrainerChoices.Of(trainer, trainer.Input).Where(choice => !choice.Name.StartsWith("Training.", StringComparison.Ordinal)))
        {
            // A number has no infinite depth: its cases set it back.
            if (name == $"{nameof(NeuralTangentKernelOptions.InfiniteDepth)} = {true}" && trainer.Task is not RegressionToy)
            {
                var ml = new MLContext(1);
                var data = ml.Data.Cache(trainer.Load(ml, 18));
                using var model = trainer.Fit(ml, data, choose);
                AssertRefused(ml, model, data, nameof(NeuralTangentKernelOptions.InfiniteDepth));
                continue;
            }
            AssertSame(trainer, trainer.Input, name, choose);
        }
    }

    [TestMethod]
    public void Pipeline_WithItsLabels_IsOneFile()
    {
        var saved = SavedModel.Of(TrainerCases.Named("ParaRnn, multiclass"));
        var ml = saved.Context;
        using var run = new OnnxRun(ml, saved.Model, saved.Data, "Features");
        var labels = saved.Model.Transform(saved.Data).GetColumn<string>("PredictedLabel").ToArray();
        var rows = saved.Data.GetColumn<float[]>("Features").Select(row => run.Outputs<string, float>([row], "PredictedLabel").Single()).ToArray();
        CollectionAssert.AreEqual(labels, rows);
    }

    [TestMethod]
    [DataRow("ParaRnn")]
    [DataRow("Recurrent")]
    [DataRow("Lssl")]
    [DataRow("Aaren")]
    [DataRow("SingleLayerTransformer")]
    [DataRow("DeepNetwork")]
    public void QuantizedWeights_HaveEightBits(string name)
    {
        var ml = new MLContext(1);
        var trainer = TrainerCases.Named(name == "DeepNetwork" ? "DeepNetwork, multiclass" : "ParaRnn, multiclass");
        var data = ml.Data.Cache(trainer.Load(ml, ToyInput.Equal.Rows(18, 1), ToyInput.Equal));
        var trainers = ml.MulticlassClassification.Trainers;
        var epoch = new TrainingOptions { Epochs = 1, Seed = 1 };
        using var model = name switch
        {
            "ParaRnn" => trainers.ParaRnn(new ParaRnnOptions { HiddenSize = 64, EnsembleSize = 1, Base = SequenceBase.None, Training = epoch }).Fit(data),
            "Recurrent" => trainers.Recurrent(new RecurrentOptions { HiddenSize = 64, EnsembleSize = 1, Base = SequenceBase.None, Training = epoch }).Fit(data),
            "Lssl" => trainers.Lssl(new LsslOptions { HiddenSize = 64, EnsembleSize = 1, Base = SequenceBase.None, Training = epoch }).Fit(data),
            "Aaren" => trainers.Aaren(new AarenOptions { HiddenSize = 64, EnsembleSize = 1, Base = SequenceBase.None, Training = epoch }).Fit(data),
            "SingleLayerTransformer" => trainers.SingleLayerTransformer(
                new SingleLayerTransformerOptions { HiddenSize = 64, EnsembleSize = 1, Base = SequenceBase.None, Training = epoch }).Fit(data),
            _ => (ITransformer)trainers.DeepNetwork(new DeepNetworkOptions { Width = 64, EnsembleSize = 1, Training = epoch }).Fit(data),
        } as IDisposable;
        using var rounded = (IDisposable)ml.Model.Quantize((ITransformer)model!);
        var (before, after) = (Length((ITransformer)model!), Length((ITransformer)rounded));
        Assert.IsLessThan(0.6 * before, after, $"{after} of {before} bytes");
        AssertSame<float>(ml, trainer, (NetworkTransformer)rounded, data, name);

        long Length(ITransformer network)
        {
            using var file = new MemoryStream();
            ml.Model.ConvertToOnnx(network, data, file);
            return file.Length;
        }
    }

    [TestMethod]
    [DataRow(MissingValues.ForwardFill)]
    [DataRow(MissingValues.Zero)]
    public void MissingValues_AreReadAsInTraining(MissingValues missing)
    {
        var trainer = TrainerCases.Named("ParaRnn, regression");
        var ml = new MLContext(1);
        var rows = ToyInput.Equal.Rows(18, 1);
        foreach (var row in rows[..6])
        {
            (row.Features[0], row.Features[5], row.Features[^1]) = (float.NaN, float.NaN, float.NaN);
        }
        rows[1].Features.AsSpan().Fill(float.NaN);
        var data = ml.Data.Cache(trainer.Load(ml, rows, ToyInput.Equal));
        using var model = trainer.Fit(ml, data, (TrainerOptions options) => options.MissingValues = missing);
        AssertSame<float>(ml, trainer, model, data, $"{missing}");
    }

    [TestMethod, EveryTrainer(Classification = true)]
    public void RowThatHasNoScore_HasNoLabel(TrainerCase trainer)
    {
        if (trainer.Task is not MulticlassToy)
        {
            Assert.Inconclusive("The trainer's label has no missing value.");
        }
        var ml = new MLContext(1);
        var data = ml.Data.Cache(trainer.Load(ml, 18));
        using var model = trainer.Fit(ml, data);
        using var run = new OnnxRun(ml, model, data, "Features");
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var row = data.GetColumn<float[]>("Features").First();
            row[2] = value;
            Assert.IsTrue(run.Outputs<float, float>([row], "Score").All(float.IsNaN), $"{value}");
            Assert.AreEqual(0u, run.Outputs<uint, float>([row], "PredictedLabel").Single(), $"{value}");
        }
    }

    [TestMethod]
    [DataRow(SequenceLayout.TimeMajor)]
    [DataRow(SequenceLayout.ChannelMajor)]
    public void TransformsThatKeepRows_GiveTheSame(SequenceLayout layout)
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        var reshape = new SequenceReshapeOptions { OutputColumnName = "Sequence", InputColumnNames = ["Vector", "X", "Y"], Channels = 2, Layout = layout };
        using var model = (IDisposable)ml.Transforms.Sequences.Reshape(reshape)
            .Append(ml.Transforms.Sequences.Standardize("Sequence")).Fit(data);
        var transformed = ((ITransformer)model).Transform(data);
        var (rows, wanted) = (Rows(), transformed.GetColumn<float[]>("Sequence").ToArray());
        using var run = new OnnxRun(ml, (ITransformer)model, data, "Vector");
        // Other columns are zeros there.
        var first = ((ITransformer)model).Transform(ml.Data.LoadFromEnumerable(rows.Select(row => new Row { Vector = row.Vector }))).GetColumn<float[]>("Sequence");
        AssertNear([.. first.SelectMany(row => row)], run.Outputs<float, float>([.. rows.Select(row => row.Vector)], "Sequence"), $"{layout}");
        Assert.HasCount(4, wanted[0]);
    }

    [TestMethod]
    public void StepsBeforeTheNetwork_ArePartOfTheFile()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        using var model = ml.Transforms.Sequences.Reshape("Features", "Vector", 1).Append(ml.Transforms.Sequences.Standardize("Features"))
            .Append(ml.Regression.Trainers.ParaRnn(new ParaRnnOptions { LabelColumnName = "X", EnsembleSize = 1, Training = { Epochs = 2 } })).Fit(data);
        using var run = new OnnxRun(ml, model, data, "Vector");
        float[] wanted = [.. model.Transform(data).GetColumn<float>("Score")];
        AssertNear(wanted, run.Outputs<float, float>([.. Rows().Select(row => row.Vector)], "Score"), "Score");
        AssertNear(wanted, AppliedByMLNet(ml, model, data, "Score"), "Score by ApplyOnnxModel");
    }

    private static float[] AppliedByMLNet(MLContext ml, ITransformer model, IDataView data, string column)
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var file = File.Create(path))
            {
                ml.Model.ConvertToOnnx(model, data, file);
            }
            using var applied = ml.Transforms.ApplyOnnxModel([$"{column}.output"], [.. data.Schema.Select(input => input.Name)], path).Fit(data);
            return [.. applied.Transform(data).GetColumn<float[]>(column).SelectMany(row => row)];
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    [DataRow("fc 8 x 3, relu, residual 0.5, batchnorm", "Flat")]
    [DataRow("fc 8 x 2, gelu, layernorm", "Flat")]
    [DataRow("conv 6 3 x 2, pool 2, conv 6 3, pool 2, fc 8, tanh, residual 0.5, batchnorm", "Images")]
    [DataRow("conv 4 3, pool 2, swish, layernorm", "Images")]
    public void Architectures_ScoreTheSame(string architecture, string input)
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        int[] shape = input == "Flat" ? [12] : [3, 5, 7];
        var schema = SchemaDefinition.Create(typeof(ImageRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, shape);
        var rows = Enumerable.Range(0, 20).Select(_ => new ImageRow
        {
            Features = [.. Enumerable.Range(0, shape.Aggregate((one, other) => one * other)).Select(_ => random.NextSingle())],
            Label = random.NextSingle(),
        }).ToArray();
        var data = ml.Data.LoadFromEnumerable(rows, schema);
        using var model = ml.Regression.Trainers.DeepNetwork(
            new DeepNetworkOptions { Architecture = architecture, EnsembleSize = 2, Training = { Epochs = 3 } }).Fit(data);
        using var run = new OnnxRun(ml, model, data, "Features");
        AssertNear([.. model.Transform(data).GetColumn<float>("Score")], run.Outputs<float, float>([.. rows.Select(row => row.Features)], "Score"), architecture);
    }

    [TestMethod]
    public void NetworksBesideABase_ScoreTheSame()
    {
        var ml = new MLContext(1);
        var rows = BasedToy.Rows(120, 1);
        foreach (var row in rows)
        {
            // What pooled features show, beside what they do not.
            row.Target += Enumerable.Range(1, 7).Sum(step => Math.Abs(row.Features[2 * step] - row.Features[(2 * step) - 2]));
        }
        var data = ml.Data.Cache(BasedToy.View(ml, rows));
        using var model = BasedToy.Fit(ml, data);
        Assert.IsTrue(model.Model.Base is { Weight: > 0, NetworkWeight: > 0 }, "Only one of them answers.");
        using var run = new OnnxRun(ml, model, data, "Features");
        AssertNear([.. BasedToy.Scores(model, data).Select(score => score[0])], run.Outputs<float, float>([.. rows.Select(row => row.Features)], "Score"), "Score");
    }

    // Kernels and dilations are wider than such rows.
    [TestMethod]
    public void SingleSteps_ScoreTheSame()
    {
        foreach (var trainer in TrainerCases.All.Where(trainer => trainer.Task is RegressionToy && trainer.Inputs.Contains(ToyInput.Unequal)))
        {
            var ml = new MLContext(1);
            var data = ml.Data.Cache(trainer.Load(ml, 18));
            using var model = trainer.Fit(ml, data, (TrainerOptions options) =>
            {
                if (options is RandomConvolutionOptions convolutions)
                {
                    convolutions.Differences = true;
                }
            });
            var rows = ToyInput.Unequal.Rows(6, 2).Select((row, index) => ToyInput.Unequal.Prefix(row, 1 + (index % 3))).ToArray();
            AssertSame<float>(ml, trainer, model, ml.Data.Cache(trainer.Load(ml, rows)), $"{trainer}");
        }
    }

    [TestMethod]
    public void Patches_ScoreTheSame()
    {
        foreach (var trainer in TrainerCases.All.Where(trainer => trainer.Task is RegressionToy && trainer.Defaults() is SequenceTrainerOptions))
        {
            var ml = new MLContext(1);
            var data = ml.Data.Cache(trainer.Load(ml, 18, input: ToyInput.Unequal));
            using var model = trainer.Fit(ml, data, (TrainerOptions options) => ((SequenceTrainerOptions)options).PatchLength = 3);
            var rows = ToyInput.Unequal.Rows(12, 2).Select((row, index) => index % 2 == 0 ? row : ToyInput.Unequal.Prefix(row, 1 + (index % 3))).ToArray();
            AssertSame<float>(ml, trainer, model, ml.Data.Cache(trainer.Load(ml, rows, ToyInput.Unequal)), $"{trainer}");
        }
    }

    [TestMethod]
    public void WideCells_AndCellsOfUsers_ScoreTheSame()
    {
        ParaRnnCells.Register<RichCell>(nameof(RichCell));
        foreach (var input in new[] { ToyInput.Unequal, ToyInput.Tokens })
        {
            AssertSame(TrainerCases.Named("ParaRnn, multiclass"), input, "Heads", options => ((ParaRnnOptions)options).Heads = 4);
            AssertSame(TrainerCases.Named("Lssl, multiclass"), input, "Channels", options => ((LsslOptions)options).Channels = 3);
        }
        var trainer = TrainerCases.Named("ParaRnn, regression");
        var ml = new MLContext(1);
        var data = ml.Data.Cache(trainer.Load(ml, 18));
        using var model = ml.Regression.Trainers.ParaRnn<RichCell>((ParaRnnOptions)trainer.Tiny()).Fit(data);
        AssertSame<float>(ml, trainer, model, data, "a cell of a user");
    }

    [TestMethod]
    [DataRow(InputScaling.Rank, 0.0, true)]
    [DataRow(InputScaling.Rank, 1.0, false)]
    [DataRow(InputScaling.Standardize, 0.0, false)]
    [DataRow(InputScaling.MinMax, 0.5, true)]
    public void KernelsOfDeepNetworks_ScoreTheSame(InputScaling scaling, double bias, bool nonNegative)
    {
        foreach (var (activation, depth) in new[] { (KernelActivation.Relu, 1), (KernelActivation.Relu, 20), (KernelActivation.Erf, 3) })
        {
            var trainer = TrainerCases.Named("NeuralTangentKernel, regression");
            var ml = new MLContext(1);
            // Values that are quantiles, that repeat, and beyond those of training.
            var rows = ToyInput.Flat.Rows(40, 1);
            Array.ForEach(rows, row => row.Features[1] = MathF.Round(row.Features[1]));
            var data = ml.Data.Cache(trainer.Load(ml, rows, ToyInput.Flat));
            using var model = trainer.Fit(ml, data, (TrainerOptions options) =>
            {
                var own = (NeuralTangentKernelOptions)options;
                (own.Scaling, own.InputBias, own.NonNegative, own.Activation, own.Depth) = (scaling, bias, nonNegative, activation, depth);
            });
            var far = ToyInput.Flat.Rows(12, 2);
            Array.ForEach(far, row => row.Features[0] *= 5);
            AssertSame<float>(ml, trainer, model, data, $"{activation}, depth {depth}");
            AssertSame<float>(ml, trainer, model, ml.Data.Cache(trainer.Load(ml, far, ToyInput.Flat)), $"{activation}, depth {depth}, other rows");
        }
    }

    [TestMethod]
    [DataRow(FrameBackbone.Small)]
    [DataRow(FrameBackbone.ResNet18)]
    public void FramesOfAnySize_ScoreTheSame(FrameBackbone backbone)
    {
        var trainer = TrainerCases.Named("Lrcn, multiclass");
        // The second has more than four cells a side after pooling, so that cells overlap.
        foreach (var input in new[] { new ToyInput("larger frames", 0, 3 * 7 * 5, Frame: [3, 7, 5]), new("tall frames", 0, 3 * 44 * 8, Frame: [3, 44, 8]) })
        {
            foreach (var fusion in Enum.GetValues<FrameFusion>())
            {
                AssertSame(trainer, input, $"{input.Name}, {fusion}", options =>
                {
                    var own = (LrcnOptions)options;
                    (own.Backbone, own.Fusion, own.ClipLength, own.ClipStride, own.Layers) = (backbone, fusion, 4, 3, 2);
                });
            }
        }
    }

    [TestMethod]
    [DataRow(0, false)]
    [DataRow(2, false)]
    [DataRow(1, true)]
    public void RankersOfNumbers_ScoreTheSame(int layers, bool hasBase)
    {
        var ml = new MLContext(1);
        var rows = NumericToy.Rows(16);
        // More than eight deviations from the mean.
        (rows[0].Features[0], rows[1].Features[2]) = (float.NaN, 1e6f);
        var view = NumericToy.Load(ml, rows);
        var data = ml.Transforms.Expression("Stage", "(x) : x * 0.5f + 3", "Label").Fit(view).Transform(view);
        var options = new NumericRankingOptions
        {
            EnsembleSize = 2,
            Layers = layers,
            HiddenSize = 6,
            BaseScoreColumnName = hasBase ? "Stage" : null,
            MissingValues = MissingValues.Zero,
        };
        (options.Training.Epochs, options.Training.Seed) = (3, 1);
        using var model = ml.Ranking.Trainers.NumericRanking(options).Fit(data);
        var numbers = ml.Data.Cache(ml.Transforms.SelectColumns("Features", "Stage").Fit(data).Transform(data));
        AssertNear(RankingToy.Scores(ml, model, data), AppliedByMLNet(ml, model, numbers, "Score"), "Score");
    }

    [TestMethod]
    public void RankersOfTexts_AreRefused()
    {
        var ml = new MLContext(1);
        var data = ml.Data.Cache(RankingToy.Load(ml, RankingToy.Rows(4)));
        using var model = RankingToy.Fit(ml, data);
        AssertRefused(ml, model, data, "'Score'");
    }

    [TestMethod]
    public void TransformsThatChangeRows_AreRefused()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        AssertRefused(ml, ml.Transforms.Sequences.Window("Features", ["X", "Y"], 3).Fit(data), data, "'Features'");
        AssertRefused(ml, ml.Transforms.Sequences.Group("Features", "Id", "Time", "X", "Y").Fit(data), data, "'Features'");
    }

    [TestMethod]
    public void ThePartBeforeThePack_IsConverted()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        using var file = new MemoryStream();
        ml.Model.ConvertToOnnx(ml.Transforms.NormalizeMeanVariance("Vector").Fit(data), data, file);
        Assert.IsGreaterThan(0, file.Length);
    }

    private static void AssertSame(TrainerCase trainer, ToyInput input, string name, Action<TrainerOptions> change)
    {
        var ml = new MLContext(1);
        // What reads the rows before is not part of the file.
        var data = ml.Data.Cache(trainer.Load(ml, 18, input: input));
        using var model = trainer.Fit(ml, data, change);
        if (input.IsTokens)
        {
            AssertSame<uint>(ml, trainer, model, data, name);
        }
        else
        {
            AssertSame<float>(ml, trainer, model, data, name);
        }
    }

    private static void AssertSame<TValue>(MLContext ml, TrainerCase trainer, ITransformer model, IDataView data, string name)
    {
        using var run = new OnnxRun(ml, model, data, "Features");
        var scored = model.Transform(data);
        var rows = data.GetColumn<TValue[]>("Features").ToArray();
        var wanted = trainer.Task.Scores(scored).Select(score => score[..Scores(run, [rows[0]]).Length]).ToArray();
        for (var row = 0; row < rows.Length; row++)
        {
            AssertNear(wanted[row], Scores(run, [rows[row]]), $"{name}, row {row}");
        }
        // Rows of one length may be scored together.
        var alike = Enumerable.Range(0, rows.Length).Where(row => rows[row].Length == rows[0].Length).ToArray();
        AssertNear([.. alike.SelectMany(row => wanted[row])], Scores(run, [.. alike.Select(row => rows[row])]), $"{name}, together");
        if (scored.Schema.GetColumnOrNull("PredictedLabel")?.Type is KeyDataViewType)
        {
            var labels = scored.GetColumn<uint>("PredictedLabel").ToArray();
            CollectionAssert.AreEqual(alike.Select(row => labels[row]).ToArray(), run.Outputs<uint, TValue>([.. alike.Select(row => rows[row])], "PredictedLabel"), name);
        }

        static float[] Scores(OnnxRun run, TValue[][] rows) => run.Outputs<float, TValue>(rows, "Score");
    }

    private static void AssertNear(float[] wanted, float[] got, string name)
    {
        Assert.HasCount(wanted.Length, got, name);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.AreEqual(wanted[i], got[i], Tolerance * Math.Max(1, Math.Abs(wanted[i])), $"{name}: number {i}");
        }
    }

    private static void AssertRefused(MLContext ml, ITransformer model, IDataView data, string column)
    {
        using var file = new MemoryStream();
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.ConvertToOnnx(model, data, file));
        StringAssert.Contains(e.Message, "cannot be converted to ONNX");
        StringAssert.Contains(e.Message, column);
        Assert.AreEqual(0, file.Length, "A model was written.");
    }

    private static Row[] Rows() =>
        [.. Enumerable.Range(0, 12).Select(i => new Row { Id = $"{i / 6}", Time = i, X = i, Y = -i, Vector = [i, 2 * i] })];

    private sealed class ImageRow
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    /// <summary>Every function of a lane, two states, and one that depends on parameters alone.</summary>
    private struct RichCell : IRecurrentCell<RichCell>
    {
        public static int Gates => 2;

        public static int States => 3;

        public static int Parameters => 2;

        public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
            where T : ILane<T>
            where TInput : IInputs<T>
            where TRows : IRows<T>
        {
            var two = T.Constant(1) + (T.Constant(3) / T.Constant(3));
            var gate = T.Sigmoid(T.MultiplyAdd(a[0], previous[2], x[0]));
            next[0] = T.Tanh(-a[1] * two);
            next[1] = T.Select(previous[1] - x[1], T.Complement(gate), T.Exp(T.Tanh(x[1])) / two);
            next[2] = (gate * T.Tanh(previous[2] + T.Relu(x[1]))) + (T.Complement(gate) * previous[1] * previous[0]);
        }
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public float Time { get; set; }

        public float X { get; set; }

        public float Y { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [];
    }
}
