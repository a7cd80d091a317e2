using Microsoft.ML.Extensions.Tests;
using TorchSharp;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Tensors live as long as their owner, and no longer.</summary>
[TestClass]
public sealed class LifetimeTests
{
    [TestMethod, EveryTrainer]
    public void FitTransformAndDispose_LeaveNoTensorAlive(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            LiveTensors.AssertNoneLeft(() => FitAndScore(trainer, input, trainer.Tiny(options =>
                (options.Training.ValidationFraction, options.Training.LabelSmoothing, options.Training.ClassWeights) =
                    (0.3, 0.1, trainer.Task.IsClassification ? ClassWeighting.Balanced : ClassWeighting.None))));
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void EveryOptimizer_LeavesNoTensorAlive(TrainerCase trainer)
    {
        foreach (var optimizer in Enum.GetValues<OptimizerKind>())
        {
            LiveTensors.AssertNoneLeft(
                () => FitAndScore(trainer, trainer.Input, trainer.Tiny(options => options.Training.Optimizer = optimizer)));
        }
    }

    [TestMethod, EveryTrainer]
    public void DisposedChain_FreesItsWeights(TrainerCase trainer)
    {
        var saved = new SavedModel(trainer);
        LiveTensors.AssertNoneLeft(() =>
        {
            var chain = trainer.Pipeline(saved.Context).Fit(saved.Data);
            saved.ScoresOf(chain);
            ((IDisposable)chain).Dispose();
        });
    }

    [TestMethod, EveryTrainer]
    public void FittedModel_HoldsItsWeightsAlone(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var model = trainer.Fit(ml, data);
        var held = DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        Assert.AreEqual(StateCount(model), held, "beside the weights something else stayed alive");
        // A kernel machine keeps its weights in double precision from the first row scored on.
        trainer.Task.Scores(model.Transform(data));
        held = DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        trainer.Task.Scores(model.Transform(data));
        Assert.AreEqual(held, DisposeScopeManager.Statistics.ThreadTotalLiveCount - before, "scoring left tensors alive");
    }

    [TestMethod, EveryTrainer]
    public void ModelFittedInTheUsersScope_OutlivesIt(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        NetworkTransformer model;
        float[][] scores;
        using (torch.NewDisposeScope())
        {
            model = trainer.Fit(ml, data);
            scores = trainer.Task.Scores(model.Transform(data));
        }
        using (model)
        {
            Scores.AssertSame(scores, trainer.Task.Scores(model.Transform(data)));
        }
    }

    [TestMethod, EveryTrainer]
    public void ModelLoadedInTheUsersScope_OutlivesIt(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        ITransformer loaded;
        using (torch.NewDisposeScope())
        {
            loaded = ModelFile.Load(new MLContext(9), saved.File);
        }
        Scores.AssertSame(saved.Scores, saved.ScoresOf(loaded));
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void FailedFit_LeavesNoTensorAlive(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        var progress = new ProgressList(_ => throw new NotSupportedException());
        LiveTensors.AssertNoneLeft(() =>
            Assert.ThrowsExactly<NotSupportedException>(() => trainer.Fit(ml, data, options => options.Training.Progress = progress)));
    }

    private static void FitAndScore(TrainerCase trainer, ToyInput input, TrainerOptions options)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18, input: input);
        using var model = trainer.Create(ml, options).Fit(data);
        trainer.Task.Scores(model.Transform(data));
    }

    private static long StateCount(NetworkTransformer model) => model.Model.Network.state_dict().Count;
}
