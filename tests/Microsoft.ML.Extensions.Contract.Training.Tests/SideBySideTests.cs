using System.Collections.Concurrent;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>The networks of an ensemble are trained at once, with the results of training them one after the other.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class SideBySideTests
{
    private const int Networks = 3;

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void Ensemble_HasTheScoresOfNetworksOneAfterTheOther(TrainerCase trainer)
    {
        var (one, ofOne, epochsOfOne) = Fit(trainer, threads: 1);
        var (two, ofTwo, epochs) = Fit(trainer, threads: 2);
        Scores.AssertSame(one, two);
        Assert.AreEqual(1, ofOne);
        Assert.AreEqual(Math.Min(2, Environment.ProcessorCount), ofTwo);
        CollectionAssert.AreEqual(epochsOfOne, epochs);
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void CancelledEnsemble_LeavesNothing(TrainerCase trainer)
    {
        using var source = new CancellationTokenSource();
        using var threads = ThreadCount.Hold(2);
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        LiveTensors.AssertNoneLeft(() => Assert.Throws<OperationCanceledException>(() => trainer.Fit(ml, data, options =>
        {
            options.EnsembleSize = Networks;
            (options.Training.Epochs, options.Training.Progress, options.Training.CancellationToken) =
                (1000, new Told(_ => source.Cancel()), source.Token);
        })));
    }

    [TestMethod]
    [DataRow("ParaRnn, multiclass", 1)]
    [DataRow("Lrcn, multiclass", 2)]
    public void SingleNetwork_HasOneThread_WhereItIsSmall(string name, int expected)
    {
        var trainer = TrainerCases.Named(name);
        using var threads = ThreadCount.Hold(2);
        var (ml, seen) = (new MLContext(1), 0);
        using var model = trainer.Fit(ml, trainer.Load(ml, 18), options =>
        {
            options.EnsembleSize = 1;
            options.Training.Progress = new Told(_ => seen = Cores.Current);
        });
        Assert.AreEqual(Math.Min(expected, Environment.ProcessorCount), seen);
    }

    [TestMethod]
    public void Kernels_HaveTheThreadsOfTheirNetwork()
    {
        var before = Cores.Current;
        using (ThreadCount.Hold(1))
        {
            Assert.AreEqual(1, Cores.Current);
        }
        Assert.AreEqual(before, Cores.Current);
    }

    // The scores, on how many threads epochs were reported, and the numbers of the epochs.
    private static (float[][] Scores, int Threads, int[] Epochs) Fit(TrainerCase trainer, int threads)
    {
        using var held = ThreadCount.Hold(threads);
        var (ml, ids, epochs) = (new MLContext(1), new ConcurrentDictionary<int, bool>(), new List<int>());
        var data = trainer.Load(ml, 18);
        using var model = trainer.Fit(ml, data, options =>
        {
            (options.EnsembleSize, options.Deterministic) = (Networks, true);
            options.Training.Seed = 5;
            options.Training.Progress = new Told(progress =>
            {
                ids[Environment.CurrentManagedThreadId] = true;
                epochs.Add(progress.Epoch);
            });
        });
        return (trainer.Task.Scores(model.Transform(data)), ids.Count, [.. epochs]);
    }

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
