using System.Globalization;
using Microsoft.ML.Extensions.Tests;
using TorchSharp;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

[TestClass]
public sealed class DeterminismTests
{
    [TestMethod, EveryTrainer]
    public void SameSeed_GivesTheSameScores(TrainerCase trainer) => Scores.AssertSame(FitBySeed(trainer, 5), FitBySeed(trainer, 5));

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void AnotherSeed_GivesOtherScores(TrainerCase trainer) => Scores.AssertDifferent(FitBySeed(trainer, 5), FitBySeed(trainer, 6));

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void SeedOfTheContext_DecidesAlone_WhereTheOptionsNameNone(TrainerCase trainer)
    {
        Scores.AssertSame(FitByContext(trainer, 5), FitByContext(trainer, 5));
        Scores.AssertDifferent(FitByContext(trainer, 5), FitByContext(trainer, 6));
    }

    [TestMethod, EveryTrainer]
    public void SeedOfTheOptions_DecidesAlone_WhereTheyNameOne(TrainerCase trainer) =>
        Scores.AssertSame(FitBySeed(trainer, 5, new MLContext(1)), FitBySeed(trainer, 5, new MLContext(2)));

    [TestMethod, EveryTrainer]
    public void GlobalStateOfTorch_StaysUntouched(TrainerCase trainer)
    {
        var before = GlobalState();
        var ml = new MLContext(1);
        var raw = trainer.Input.Load(ml, trainer.Input.Rows(9, 1));
        var model = trainer.Pipeline(ml).Fit(raw);
        Assert.AreEqual(before, GlobalState(), "Fit");
        trainer.Task.Scores(model.Transform(raw));
        Assert.AreEqual(before, GlobalState(), "Transform");
        ModelFile.Load(ml, ModelFile.Save(ml, model, raw.Schema));
        Assert.AreEqual(before, GlobalState(), "Save and Load");
    }

    [TestMethod, EveryTrainer]
    public void GlobalGenerator_DoesNotReachTraining(TrainerCase trainer)
    {
        var first = FitBySeed(trainer, 5);
        using (var state = torch.get_rng_state())
        {
            torch.rand(3).Dispose();
            var second = FitBySeed(trainer, 5);
            torch.set_rng_state(state);
            Scores.AssertSame(first, second);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Deterministic_GivesTheSameBits_ForAnyNumberOfThreads()
    {
        var one = FitsWith(1, processors: 1);
        var several = new[] { FitsWith(2, processors: 2), FitsWith(3, processors: 4) };
        // Each trainer and one with a base, with and without the option, and the number of threads.
        Assert.HasCount((2 * TrainerCases.All.Count) + 3, one);
        foreach (var other in several)
        {
            CollectionAssert.AreEqual(one.Where(IsDeterministic).ToArray(), other.Where(IsDeterministic).ToArray());
        }
        // Or this would say nothing.
        Assert.IsTrue(several.Any(other => !one[..^1].SequenceEqual(other[..^1])), "Threads change no scores, with or without the option.");

        static bool IsDeterministic(string line) => line.StartsWith(bool.TrueString, StringComparison.Ordinal);
    }

    [TestMethod, EveryTrainer]
    [OSCondition(OperatingSystems.Linux)]
    public void Deterministic_LeavesTheThreadCountsAsTheyWere(TrainerCase trainer)
    {
        torch.set_num_threads(2);
        try
        {
            var ml = new MLContext(1);
            var data = trainer.Load(ml, 18);
            using var model = trainer.Fit(ml, data, (TrainerOptions options) => options.Deterministic = true);
            Assert.AreEqual(2, torch.get_num_threads());
            trainer.Task.Scores(model.Transform(data));
            Assert.AreEqual(2, torch.get_num_threads());
        }
        finally
        {
            torch.set_num_threads(1);
        }
    }

    private static string[] FitsWith(int threads, int processors)
    {
        var run = ChildProcess.Run("Microsoft.ML.Extensions.Contract.Training.Tests", ThreadCountVictim.Arguments(threads), _ => { },
            environment: [("OMP_NUM_THREADS", threads.ToString(CultureInfo.InvariantCulture)),
                ("DOTNET_PROCESSOR_COUNT", processors.ToString(CultureInfo.InvariantCulture))]);
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Errors);
        Assert.AreEqual($"threads {threads}", run.OutputLines[^1]);
        return run.OutputLines;
    }

    private static float[][] FitBySeed(TrainerCase trainer, int seed, MLContext? context = null)
    {
        var ml = context ?? new MLContext();
        var data = trainer.Load(ml, 18);
        using var model = trainer.Fit(ml, data, options => options.SetSeed(seed));
        return trainer.Task.Scores(model.Transform(data));
    }

    private static float[][] FitByContext(TrainerCase trainer, int seed)
    {
        var ml = new MLContext(seed);
        var data = trainer.Load(ml, 18);
        using var model = trainer.Fit(ml, data);
        return trainer.Task.Scores(model.Transform(data));
    }

    private static string GlobalState()
    {
        using var state = torch.get_rng_state();
        return $"{Convert.ToHexString(state.bytes)} {torch.get_num_threads()} {torch.get_num_interop_threads()} {torch.get_default_device()} {torch.get_default_dtype()}";
    }
}
