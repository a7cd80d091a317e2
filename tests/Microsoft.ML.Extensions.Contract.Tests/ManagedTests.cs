using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Models score as C# kernels what libtorch scores, which is their reference, or say that they need libtorch.</summary>
[TestClass]
public sealed class ManagedTests
{
    private const double Tolerance = 1e-5;

    private static readonly int[] Lengths = [.. Enumerable.Range(1, 65), 257, 1023];

    [TestMethod, EveryTrainer]
    public void Scores_AreThoseOfLibtorch(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            using var toy = new FittedToy(trainer, input);
            Assert.AreEqual(IsManaged(trainer), toy.Model.IsManaged, input.Name);
            AssertSame(trainer, toy, input.Rows(257, 2), input.Name);
        }
    }

    [TestMethod, EveryTrainer]
    public void EveryChoice_ScoresTheSame(TrainerCase trainer)
    {
        foreach (var (name, choose) in TrainerChoices.Of(trainer, trainer.Input)
            .Where(choice => IsManaged(trainer) && !choice.Name.StartsWith("Training.", StringComparison.Ordinal)))
        {
            using var toy = new FittedToy(trainer, trainer.Input, choose);
            Assert.IsTrue(toy.Model.IsManaged, name);
            AssertSame(trainer, toy, trainer.Input.Rows(20, 2), name);
        }
    }

    [TestMethod, EveryTrainer]
    public void Patches_ScoreTheSame(TrainerCase trainer)
    {
        if (trainer.Defaults() is not SequenceTrainerOptions || trainer.Task is ForecastToy)
        {
            Assert.Inconclusive("the trainer has no patches");
        }
        using var toy = new FittedToy(trainer, ToyInput.Unequal, options => ((SequenceTrainerOptions)options).PatchLength = 3);
        AssertSame(trainer, toy, Long(ToyInput.Unequal), "3");
    }

    [TestMethod, EveryTrainer]
    public void RowsOfEveryLength_ScoreTheSame(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs.Where(input => input.Steps == 0 && IsManaged(trainer)))
        {
            using var toy = new FittedToy(trainer, input);
            AssertSame(trainer, toy, Long(input), input.Name);
        }
    }

    [TestMethod, EveryTrainer]
    public void Row_HasTheSameBits_BesideAnyRows_AndWithAnyLanes(TrainerCase trainer)
    {
        if (!IsManaged(trainer))
        {
            Assert.Inconclusive("libtorch scores it.");
        }
        foreach (var input in trainer.Inputs)
        {
            using var toy = new FittedToy(trainer, input);
            var rows = input.Steps == 0 ? Long(input)[..40] : input.Rows(40, 2);
            var wanted = toy.Score(rows);
            Scores.AssertSame(wanted, [.. rows.SelectMany(row => toy.Score([row]))]);
            foreach (var width in Enum.GetValues<LaneWidth>().Where(width => width <= LaneWidths.Widest))
            {
                using var other = toy.Model.Copies.WithKernels(LaneKernels.Of(width));
                Assert.AreEqual(wanted.Bits(), trainer.Task.Scores(other.Transform(toy.Load(rows))).Bits(), $"{input.Name}, {width}");
            }
        }
    }

    [TestMethod]
    [DataRow("fc 8 x 3, relu, residual 0.5, batchnorm", "Flat")]
    [DataRow("fc 8 x 2, gelu, layernorm", "Flat")]
    [DataRow("conv 6 3 x 2, pool 2, conv 6 3, pool 2, fc 8, tanh, residual 0.5, batchnorm", "Images")]
    [DataRow("conv 4 3, pool 2, swish, layernorm", "Images")]
    [DataRow("pool 3, conv 4 5 x 2, pool 4, fc 6 x 2, erf, residual 0.3, layernorm", "Images")]
    public void Architectures_ScoreTheSame(string architecture, string input)
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        int[] shape = input == "Flat" ? [12] : [3, 5, 7];
        var schema = SchemaDefinition.Create(typeof(ImageRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, shape);
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(_ => new ImageRow
        {
            Features = [.. Enumerable.Range(0, shape.Aggregate((one, other) => one * other)).Select(_ => random.NextSingle())],
            Label = random.NextSingle(),
        }).ToArray(), schema);
        using var model = ml.Regression.Trainers.DeepNetwork(
            new DeepNetworkOptions { Architecture = architecture, EnsembleSize = 2, Training = { Epochs = 3 } }).Fit(data);
        using var reference = model.Copies.WithKernels(null);
        AssertNear([[.. reference.Transform(data).GetColumn<float>("Score")]], [[.. model.Transform(data).GetColumn<float>("Score")]], architecture);
    }

    [TestMethod, EveryTrainer]
    public void FarValues_ScoreTheSame(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs.Where(input => IsManaged(trainer) && !input.IsTokens))
        {
            using var toy = new FittedToy(trainer, input);
            var rows = input.Rows(9, 2);
            for (var row = 0; row < rows.Length; row++)
            {
                rows[row].Features[row % 2] *= 50;
                rows[row].Features[^1] -= 20;
            }
            // Large numbers have large errors of rounding.
            AssertSame(trainer, toy, rows, input.Name, 10 * Tolerance);
        }
    }

    [TestMethod, EveryTrainer]
    public void Row_AllocatesNothing_OnceTheLongestIsScored(TrainerCase trainer)
    {
        if (!IsManaged(trainer))
        {
            Assert.Inconclusive("libtorch scores it.");
        }
        using var toy = new FittedToy(trainer);
        using var scorer = toy.Model.CreateScorer();
        var (store, scores) = (new RowStore(), Array.Empty<float>());
        var row = trainer.Input.Rows(1, 2)[0];
        store.Add(trainer.Input.IsTokens ? [1, 2, 3] : row.Features, row.Features.Length / trainer.Input.Channels, [], 1);
        for (var i = 0; i < 3; i++)
        {
            scorer.Score(store, ref scores);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            scorer.Score(store, ref scores);
        }
        Assert.AreEqual(0, (GC.GetAllocatedBytesForCurrentThread() - before) / 100, "bytes a row");
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
        using var reference = model.Copies.WithKernels(null);
        AssertNear([.. BasedToy.Scores(reference, data)], [.. BasedToy.Scores(model, data)], "based");
    }

    [TestMethod]
    public void WideCells_AndWideNetworks_ScoreTheSame()
    {
        AssertSame("ParaRnn, multiclass", options => ((ParaRnnOptions)options).Heads = 4);
        AssertSame("ParaRnn, multiclass", options => ((ParaRnnOptions)options).HiddenSize = 37);
        AssertSame("Recurrent, multiclass", options => ((RecurrentOptions)options).HiddenSize = 37);
        AssertSame("Recurrent, multiclass", options =>
        {
            var recurrent = (RecurrentOptions)options;
            (recurrent.HiddenSize, recurrent.Cell, recurrent.Bidirectional) = (20, RecurrentCell.Jordan, true);
        });
        AssertSame("Aaren, multiclass", options => (((AarenOptions)options).HiddenSize, ((AarenOptions)options).Heads) = (37, 5));
        AssertSame("SingleLayerTransformer, multiclass", options =>
            (((SingleLayerTransformerOptions)options).HiddenSize, ((SingleLayerTransformerOptions)options).Heads) = (37, 5));

        static void AssertSame(string name, Action<TrainerOptions> change)
        {
            var trainer = TrainerCases.Named(name);
            using var toy = new FittedToy(trainer, change: change);
            ManagedTests.AssertSame(trainer, toy, Long(trainer.Input)[..40], name);
        }
    }

    [TestMethod]
    [DataRow(FrameBackbone.Small)]
    [DataRow(FrameBackbone.ResNet18)]
    [DataRow(FrameBackbone.ResNet34)]
    public void FramesOfAnySize_ScoreTheSame(FrameBackbone backbone)
    {
        var trainer = TrainerCases.Named("Lrcn, multiclass");
        // The sides of the maps are less than, no multiple of, and more than those of the grid.
        foreach (var input in new[]
        {
            new ToyInput("larger frames", 0, 3 * 7 * 5, Frame: [3, 7, 5]), new("tall frames", 0, 3 * 44 * 8, Frame: [3, 44, 8]),
            new("lines", 0, 20, Frame: [1, 1, 20]),
        })
        {
            foreach (var fusion in Enum.GetValues<FrameFusion>())
            {
                using var toy = new FittedToy(trainer, input, options =>
                {
                    var own = (LrcnOptions)options;
                    (own.Backbone, own.Fusion, own.ClipLength, own.ClipStride, own.Layers) = (backbone, fusion, 4, 3, 2);
                });
                Assert.IsTrue(toy.Model.IsManaged, input.Name);
                AssertSame(trainer, toy, input.Rows(9, 2), $"{input.Name}, {fusion}");
            }
        }
    }

    // More clips and more steps than are scored together, in rows of many lengths.
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(5, 2)]
    [DataRow(40, 3)]
    [DataRow(600, 7)]
    public void ClipsOfAnyLength_ScoreTheSame(int length, int stride)
    {
        var trainer = TrainerCases.Named("Lrcn, multiclass");
        using var toy = new FittedToy(trainer, ToyInput.Unequal, options =>
            (((LrcnOptions)options).ClipLength, ((LrcnOptions)options).ClipStride) = (length, stride));
        AssertSame(trainer, toy, Long(ToyInput.Unequal), $"{length}, {stride}");
    }

    internal static bool IsManaged(TrainerCase trainer) => !trainer.Name.StartsWith("NeuralTangentKernel", StringComparison.Ordinal);

    // Rows of many lengths, in an order that is not that of their lengths.
    private static ToyRow[] Long(ToyInput input)
    {
        var source = input.Rows(400, 3);
        ToyRow[] rows = [.. Lengths.Select(length => Joined(input, source, length))];
        new Random(1).Shuffle(rows);
        return rows;
    }

    private static ToyRow Joined(ToyInput input, ToyRow[] source, int steps)
    {
        var row = input.Prefix(source[0], 1);
        row.Features = [.. source.SelectMany(part => part.Features).Take(steps * input.Channels)];
        row.Words = [.. source.SelectMany(part => part.Words).Take(steps)];
        return row;
    }

    private static void AssertSame(TrainerCase trainer, FittedToy toy, ToyRow[] rows, string name, double tolerance = Tolerance)
    {
        using var reference = toy.Model.Copies.WithKernels(null);
        Assert.IsFalse(reference.IsManaged);
        AssertNear(trainer.Task.Scores(reference.Transform(toy.Load(rows))), toy.Score(rows), name, tolerance);
    }

    private static void AssertNear(float[][] wanted, float[][] got, string name, double tolerance = Tolerance)
    {
        Assert.HasCount(wanted.Length, got, name);
        for (var row = 0; row < wanted.Length; row++)
        {
            for (var i = 0; i < wanted[row].Length; i++)
            {
                Assert.AreEqual(wanted[row][i], got[row][i], tolerance * Math.Max(1, Math.Abs(wanted[row][i])), string.Create(
                    CultureInfo.InvariantCulture, $"{name}: row {row}, number {i}"));
            }
        }
    }

    private sealed class ImageRow
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
