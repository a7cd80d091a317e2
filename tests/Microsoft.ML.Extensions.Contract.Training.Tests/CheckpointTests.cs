using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

[TestClass]
public sealed class CheckpointTests
{
    private const int Killed = 128 + 9;

    private readonly string _root = Directory.CreateTempSubdirectory("checkpoint-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_root, recursive: true);

    // Of one task each, since a test starts two processes.
    [TestMethod, EveryTrainer(InEpochs = true, OneTask = true)]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void TrainingKilledInMidEpoch_AndStartedAgain_EndsWithTheSameWeights(TrainerCase trainer)
    {
        var (folder, output) = (NewFolder(), Path.Combine(_root, Path.GetRandomFileName()));
        const int midOfThirdPass = (2 * CheckpointVictim.Rows) + (2 * CheckpointVictim.ReadsPerPass) + (CheckpointVictim.Rows / 2);
        var killed = ChildProcess.Run(
            "Microsoft.ML.Extensions.Contract.Training.Tests", CheckpointVictim.Arguments(trainer, folder, output, midOfThirdPass));
        Assert.AreEqual(Killed, killed.ExitCode, killed.Errors);
        Assert.HasCount(1, Directory.GetFiles(folder));
        var resumed = ChildProcess.Run(
            "Microsoft.ML.Extensions.Contract.Training.Tests", CheckpointVictim.Arguments(trainer, folder, output, killAtRead: 0));
        Assert.AreEqual(0, resumed.ExitCode, resumed.Errors);
        CollectionAssert.AreEqual(CheckpointVictim.Train(trainer, folder: null), File.ReadAllBytes(output));
        Assert.IsEmpty(Directory.GetFiles(folder));
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void TrainingStoppedAfterAnEpoch_AndStartedAgain_EndsWithTheSameWeights_WithEveryOptimizer(TrainerCase trainer)
    {
        foreach (var optimizer in Enum.GetValues<OptimizerKind>())
        {
            var folder = NewFolder();
            var whole = Train(trainer, folder: null, optimizer);
            Stop(trainer, folder, optimizer);
            CollectionAssert.AreEqual(whole, Train(trainer, folder, optimizer), optimizer.ToString());
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void ResumedTraining_DoesOnlyTheEpochsThatAreLeft(TrainerCase trainer)
    {
        var folder = NewFolder();
        Stop(trainer, folder);
        var progress = new ProgressList();
        Train(trainer, folder, progress: progress);
        CollectionAssert.AreEqual(new[] { 3, 4, 5 }, progress.Epochs.Select(epoch => epoch.Epoch).ToArray());
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void EnsembleStoppedInItsSecondNetwork_DoesOnlyTheEpochsThatAreLeft_AndEndsWithTheSameWeights(TrainerCase trainer)
    {
        var folder = NewFolder();
        var whole = Train(trainer, folder: null, members: 2);
        Stop(trainer, folder, atEpoch: 7, members: 2);
        var progress = new ProgressList();
        CollectionAssert.AreEqual(whole, Train(trainer, folder, progress: progress, members: 2));
        CollectionAssert.AreEqual(new[] { 8, 9, 10 }, progress.Epochs.Select(epoch => epoch.Epoch).ToArray());
        Assert.IsEmpty(Directory.GetFiles(folder));
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void FinishedTraining_LeavesNoFile(TrainerCase trainer)
    {
        var folder = NewFolder();
        Train(trainer, folder);
        Assert.IsEmpty(Directory.GetFiles(folder));
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void TrainingWithOtherOptions_DoesNotTakeTheCheckpoint(TrainerCase trainer)
    {
        var folder = NewFolder();
        Stop(trainer, folder, OptimizerKind.AdamW);
        CollectionAssert.AreEqual(Train(trainer, folder: null, OptimizerKind.Sgd), Train(trainer, folder, OptimizerKind.Sgd));
        Assert.HasCount(1, Directory.GetFiles(folder));
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void OtherRowsOfTheSameNumber_DoNotTakeTheCheckpoint(TrainerCase trainer)
    {
        Action<ToyRow[]>[] changes =
        [
            rows => Array.Reverse(trainer.Input.IsTokens ? rows[0].Words : rows[0].Features),
            rows => Array.Reverse(trainer.Input.IsTokens ? rows[^1].Words : rows[^1].Features),
            rows => Array.Reverse(rows, 0, 9),
        ];
        foreach (var change in changes)
        {
            var folder = NewFolder();
            Stop(trainer, folder);
            var (other, progress) = (trainer.Input.Rows(45, 1), new ProgressList());
            change(other);
            Train(trainer, folder, progress: progress, rows: other);
            Assert.AreEqual(1, progress.Epochs[0].Epoch);
            Assert.HasCount(1, Directory.GetFiles(folder));
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void OtherValidationRowsOfTheSameNumber_DoNotTakeTheCheckpoint(TrainerCase trainer)
    {
        var (folder, ml) = (NewFolder(), new MLContext(1));
        var (rows, other) = (trainer.Input.Rows(27, 1), trainer.Input.Rows(27, 1));
        Array.Reverse(trainer.Input.IsTokens ? other[^1].Words : other[^1].Features);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => FirstPass(rows, source));
        Assert.AreEqual(1, FirstPass(other));
        Assert.AreEqual(3, FirstPass(rows));

        int FirstPass(ToyRow[] validation, CancellationTokenSource? stop = null)
        {
            var progress = new ProgressList(epoch => CancelAt(stop is null ? 0 : 2, epoch, stop!));
            var options = (NetworkTrainerOptions)trainer.Tiny((NetworkTrainerOptions some) =>
            {
                (some.Training.Seed, some.Training.CheckpointDirectory) = (1, folder);
                (some.Training.Progress, some.Training.CancellationToken) = (progress, stop?.Token ?? default);
            });
            using var _ = trainer.Fit(ml, options, trainer.Load(ml, trainer.Input.Rows(45, 2)), trainer.Load(ml, validation));
            return progress.Epochs[0].Epoch;
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void FolderThatCannotBeMade_IsRefusedByNameBeforeTraining(TrainerCase trainer)
    {
        var file = Path.Combine(_root, Path.GetRandomFileName());
        File.WriteAllText(file, "");
        var folder = Path.Combine(file, "below");
        var progress = new ProgressList();
        var e = Assert.Throws<IOException>(() => Train(trainer, folder, progress: progress));
        StringAssert.Contains(e.Message, $"Training.CheckpointDirectory '{folder}'");
        StringAssert.Contains(e.Message, "name another");
        Assert.IsEmpty(progress.Epochs);
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void DamagedCheckpoint_IsRefusedByNameWithAdvice(TrainerCase trainer)
    {
        var folder = NewFolder();
        Stop(trainer, folder);
        var path = Directory.GetFiles(folder).Single();
        var whole = File.ReadAllBytes(path);
        var random = new Random(1);
        foreach (var damaged in Enumerable.Range(0, 20).Select(_ => Flipped(whole, random)).Append(whole[..^1]).Append(whole[..20])
            .Append([]))
        {
            File.WriteAllBytes(path, damaged);
            var e = Assert.ThrowsExactly<FormatException>(() => Train(trainer, folder));
            StringAssert.Contains(e.Message, $"'{path}'");
            StringAssert.Contains(e.Message, "Delete it");
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void CheckpointedTraining_LeavesNoTensorAlive(TrainerCase trainer)
    {
        var folder = NewFolder();
        LiveTensors.AssertNoneLeft(() => Stop(trainer, folder));
        LiveTensors.AssertNoneLeft(() => Train(trainer, folder));
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(_root, Path.GetRandomFileName())).FullName;

    private static byte[] Flipped(byte[] whole, Random random)
    {
        var damaged = (byte[])whole.Clone();
        damaged[random.Next(damaged.Length)] ^= (byte)(1 + random.Next(255));
        return damaged;
    }

    // Stops in some of the five epochs of a network, with validation, so that the checkpoint contains the best weights.
    private static void Stop(
        TrainerCase trainer, string folder, OptimizerKind optimizer = OptimizerKind.AdamW, int atEpoch = 2, int members = 1)
    {
        using var source = new CancellationTokenSource();
        var progress = new ProgressList(epoch => CancelAt(atEpoch, epoch, source));
        Assert.Throws<OperationCanceledException>(() => Train(trainer, folder, optimizer, progress, source.Token, members));
        Assert.HasCount(atEpoch, progress.Epochs);
    }

    private static void CancelAt(int atEpoch, TrainingProgress epoch, CancellationTokenSource source)
    {
        if (epoch.Epoch == atEpoch)
        {
            source.Cancel();
        }
    }

    private static byte[] Train(
        TrainerCase trainer, string? folder, OptimizerKind optimizer = OptimizerKind.AdamW, ProgressList? progress = null,
        CancellationToken token = default, int members = 1, ToyRow[]? rows = null)
    {
        var ml = new MLContext(1);
        using var model = trainer.Fit(ml, trainer.Load(ml, rows ?? trainer.Input.Rows(45, 1)), options =>
        {
            (options.Training.Epochs, options.Training.Optimizer, options.Training.ValidationFraction) = (5, optimizer, 0.3);
            (options.Training.CheckpointDirectory, options.Training.Progress, options.Training.CancellationToken) = (
                folder, progress, token);
            options.EnsembleSize = members;
        });
        return Safetensors.Save(model.Model.Network);
    }
}
