using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>A fit that fails, at whatever stage, leaves no tensor.</summary>
[TestClass]
public sealed class FailureTests
{
    [TestMethod, EveryTrainer(InEpochs = true)]
    public void DivergedTraining_LeavesNoTensor(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var rows = trainer.Input.Rows(18, 1);
        Array.ForEach(rows, row => row.Number *= 1e3f);
        var data = trainer.Load(ml, rows);
        LiveTensors.AssertNoneLeft(() => Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(ml, data, options =>
        {
            (options.Training.LearningRate, options.Training.GradientClip, options.Training.Optimizer) = (10, 0, OptimizerKind.Sgd);
            (options.Training.Epochs, options.Training.WeightDecay, options.Training.Schedule) = (500, 10, LearningRateSchedule.Constant);
            options.EnsembleSize = 2;
        })));
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void DataThatFailsWhenItIsReadAgain_LeavesNoTensor(TrainerCase trainer)
    {
        const int rows = LongToy.RowsBeyondOneMegabyte;
        foreach (var failAt in new[] { rows - 1, rows + 5, (2 * rows) + 5 })
        {
            var ml = new MLContext(1);
            var data = new CountingView(trainer.Load(ml, LongToy.ShortInput.Rows(rows, 1), LongToy.ShortInput), "Features", read =>
            {
                if (read == failAt)
                {
                    throw new InvalidDataException("damaged");
                }
            });
            LiveTensors.AssertNoneLeft(() => Assert.Throws<InvalidDataException>(() => trainer.Fit(ml, data, options =>
                (options.Training.Epochs, options.Training.MemoryBudgetMegabytes) = (3, 1))));
            Assert.AreEqual(failAt, data.Reads);
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void RowThatCannotBeUsed_AmongTheLast_LeavesNoTensor(TrainerCase trainer)
    {
        if (trainer.Input.IsTokens)
        {
            Assert.Inconclusive("a missing token is one of its own");
        }
        var ml = new MLContext(1);
        var rows = trainer.Input.Rows(18, 1);
        rows[17].Features[0] = float.NaN;
        var data = trainer.Load(ml, rows);
        LiveTensors.AssertNoneLeft(() => Assert.Throws<InvalidDataException>(() => trainer.Fit(ml, data)));
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void CheckpointThatCannotBeWritten_LeavesNoTensor(TrainerCase trainer)
    {
        var root = Directory.CreateTempSubdirectory("failure-");
        try
        {
            var ml = new MLContext(1);
            var data = trainer.Load(ml, 18);
            var file = Path.Combine(root.FullName, "file");
            File.WriteAllText(file, "");
            LiveTensors.AssertNoneLeft(() => Assert.Throws<IOException>(() =>
                trainer.Fit(ml, data, options => options.Training.CheckpointDirectory = Path.Combine(file, "below"))));

            // The folder is deleted while the second network of the ensemble is trained.
            var folder = Path.Combine(root.FullName, "folder");
            var progress = new ProgressList(epoch => GoesAway(epoch, folder));
            LiveTensors.AssertNoneLeft(() => Assert.Throws<IOException>(() => trainer.Fit(ml, data, options =>
                (options.EnsembleSize, options.Training.Progress, options.Training.CheckpointDirectory) = (2, progress, folder))));
            Assert.HasCount(4, progress.Epochs);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [TestMethod, EveryTrainer(Classification = true)]
    public void LabelKeyOfMoreClassesThanCanBeDistinguished_IsRefusedBeforeAnyRowIsRead(TrainerCase trainer)
    {
        if (trainer.Task is not MulticlassToy)
        {
            Assert.Inconclusive("the label is no key");
        }
        (Type Raw, ulong Count)[] keys = [(typeof(uint), (1 << 24) + 1), (typeof(uint), 1UL << 31), (typeof(ulong), 5_000_000_000),
            (typeof(ulong), ulong.MaxValue)];
        foreach (var (raw, count) in keys)
        {
            var ml = new MLContext(1);
            var data = new CountingView(Retyped(ml, trainer, new KeyDataViewType(raw, count)), "Features");
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Create(ml, trainer.Tiny(_ => { })).Fit(data));
            StringAssert.Contains(e.Message, "Label column 'Label' must be a key of at most 16,777,216 values");
            Assert.AreEqual(0, data.Reads);
        }
    }

    [TestMethod, EveryTrainer(Classification = true, InEpochs = true)]
    public void NetworkThatCannotFitWithItsGradientsAndMoments_IsRefusedWithTheSum(TrainerCase trainer)
    {
        if (trainer.Task is not MulticlassToy)
        {
            Assert.Inconclusive("the label is no key");
        }
        var ml = new MLContext(1);
        var data = Retyped(ml, trainer, new KeyDataViewType(typeof(uint), 1 << 24));
        var options = trainer.Defaults();
        switch (options)
        {
            case Kernels.DeepNetworkOptions deep:
                (deep.Width, deep.Depth) = (8192, 1);
                break;
            default:
                options.GetType().GetProperty("HiddenSize")!.SetValue(options, 8192 / 8);
                break;
        }
        ((NetworkTrainerOptions)options).EnsembleSize = 1;
        LiveTensors.AssertNoneLeft(() =>
        {
            var e = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Create(ml, options).Fit(data));
            StringAssert.Contains(e.Message, "too large to train");
            StringAssert.Contains(e.Message, "4 numbers each");
        });
    }

    private static void GoesAway(TrainingProgress epoch, string folder)
    {
        if (epoch.Epoch == 4)
        {
            Directory.Delete(folder, recursive: true);
            File.WriteAllText(folder, "");
        }
    }

    // The same keys, said to be of more.
    private static IDataView Retyped(MLContext ml, TrainerCase trainer, KeyDataViewType type)
    {
        var definition = trainer.Input.Definition();
        var rows = trainer.Input.Rows(18, 1).Select(row => new KeyedRow
        {
            Features = row.Features,
            Words = row.Words,
            Small = (uint)(1 + (row.Class.Length % 3)),
            Large = (ulong)(1 + (row.Class.Length % 3)),
        });
        var keyed = SchemaDefinition.Create(typeof(KeyedRow));
        (keyed["Features"].ColumnType, keyed["Features"].ColumnName) = (trainer.Input.Type, definition["Features"].ColumnName);
        var label = keyed[type.RawType == typeof(uint) ? "Small" : "Large"];
        (label.ColumnType, label.ColumnName) = (type, "Label");
        return ml.Data.LoadFromEnumerable(rows, keyed);
    }

    private sealed class KeyedRow
    {
        public float[] Features { get; set; } = [];

        public string[] Words { get; set; } = [];

        public uint Small { get; set; }

        public ulong Large { get; set; }
    }
}
