using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>
/// Every trainer that learns epoch by epoch, with each technique on that is off by default: a new technique is one line here.
/// </summary>
[TestClass]
public sealed class TechniqueTests
{
    // Reads everything that any trainer reads.
    private static readonly ITrainingGuide s_guide = new MLContext(1).Regression.Trainers.ParaRnn(
        new ParaRnnOptions { HiddenSize = 4, Layers = 2 });

    private static readonly (string Name, Action<TrainingOptions> TurnOn)[] s_techniques =
    [
        ("gradient noise", options => options.GradientNoise = new GradientNoiseOptions { Eta = 0.01 }),
        ("relative gradient noise", options =>
            options.GradientNoise = new GradientNoiseOptions { Eta = 1, Scale = GradientNoiseScale.Relative }),
        ("guidance", options => options.Guidance = new GuidanceOptions { Guide = s_guide }),
        ("sparsity by rewiring", options => options.Sparsity = new SparsityOptions { Method = SparsityMethod.RigL, Density = 0.3 }),
        ("sparsity by magnitude", options => options.Sparsity = new SparsityOptions { Density = 0.3 }),
        ("sparsity by gradient signal", options => options.Sparsity = new SparsityOptions { Method = SparsityMethod.GraSP, Density = 0.3 }),
        ("sparsity by synaptic flow", options => options.Sparsity = new SparsityOptions { Method = SparsityMethod.SynFlow, Density = 0.3 }),
        ("lottery ticket", options => options.Sparsity = new SparsityOptions { Method = SparsityMethod.LotteryTicket, Density = 0.3, Rounds = 1 }),
    ];

    private readonly string _root = Directory.CreateTempSubdirectory("technique-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_root, recursive: true);

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void EachTechnique_ChangesTheWeights_AndGoesOnFromACheckpointToTheSame(TrainerCase trainer)
    {
        var without = Train(trainer, _ => { });
        using var teacher = Teacher(trainer);
        foreach (var (name, turnOn) in s_techniques.Where(technique => Suits(technique.Name, trainer))
            .Append(("distillation", options => options.Distillation = new DistillationOptions { Teacher = teacher })))
        {
            var folder = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
            var whole = Train(trainer, turnOn);
            Stop(trainer, turnOn, folder);
            Assert.HasCount(1, Directory.GetFiles(folder), name);
            CollectionAssert.AreEqual(whole, Train(trainer, turnOn, folder), name);
            CollectionAssert.AreNotEqual(without, whole, name);
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void EachTechnique_LeavesAModelThatScores_AndSurvivesItsFile(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        foreach (var (name, turnOn) in s_techniques.Where(technique => Suits(technique.Name, trainer)))
        {
            using var model = trainer.Fit(ml, data, options => turnOn(options.Training));
            var scores = trainer.Task.Scores(model.Transform(data));
            Assert.IsTrue(scores.All(row => row.All(float.IsFinite)), name);
            using var loaded = (NetworkTransformer)ml.Model.Load(new MemoryStream(ModelFile.Save(ml, model, data.Schema)), out _);
            Scores.AssertSame(scores, trainer.Task.Scores(loaded.Transform(data)));
        }
    }

    // Forecasters begin with outputs of 0, where only the last layer has a gradient, and none that a score at the start could rank.
    private static bool Suits(string technique, TrainerCase trainer) =>
        trainer.Task is not ForecastToy || technique is not ("sparsity by gradient signal" or "sparsity by synaptic flow");

    // The labels are the trainer's own, and so must the teacher's be.
    private static NetworkTransformer Teacher(TrainerCase trainer)
    {
        var ml = new MLContext(2);
        return trainer.Fit(ml, trainer.Load(ml, 18));
    }

    private static void Stop(TrainerCase trainer, Action<TrainingOptions> turnOn, string folder)
    {
        using var source = new CancellationTokenSource();
        var progress = new ProgressList(_ => source.Cancel());
        Assert.Throws<OperationCanceledException>(() => Train(trainer, turnOn, folder, progress, source.Token));
    }

    private static byte[] Train(
        TrainerCase trainer, Action<TrainingOptions> turnOn, string? folder = null, ProgressList? progress = null,
            CancellationToken token = default)
    {
        var ml = new MLContext(1);
        using var model = trainer.Fit(ml, trainer.Load(ml, 18), options =>
        {
            (options.Training.Epochs, options.Training.CheckpointDirectory) = (2, folder);
            (options.Training.Progress, options.Training.CancellationToken) = (progress, token);
            turnOn(options.Training);
        });
        return Safetensors.Save(model.Model.Network);
    }
}
