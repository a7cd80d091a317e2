using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

[TestClass]
public sealed class ParaRnnTrainerTests
{
    private const string Warning = "Newton iterations";

    // By gradient descent. Adam divides a gradient by its own size, so that it makes a step of what is 0 but for rounding:
    // with it the fused mode and the loop, both exact, are as far from each other as from this one.
    [TestMethod, Trained, DataRow(1), DataRow(2), DataRow(3)]
    public void NewtonMode_TrainsWhatTheFusedModeTrains(int seed)
    {
        var (fused, newton) = (Descend(RecurrenceMode.Fused, TrainedSeed.From(seed)), Descend(RecurrenceMode.Newton, TrainedSeed.From(seed)));
        var untrained = Descend(RecurrenceMode.Fused, TrainedSeed.From(seed), rate: 1e-9);
        TrainedBound.Near(fused.Select(score => (double)score), newton.Select(score => (double)score), 5e-4, "difference of the modes");
        TrainedBound.Above(fused.Zip(untrained, (after, before) => Math.Abs(after - before)).Max(), 0.1, "what training changes");
    }

    [TestMethod]
    public void NewtonMode_WhereIterationsDoNotSuffice_SaysSoInTheLog()
    {
        List<string> messages = [];
        Train(new() { Mode = RecurrenceMode.Newton, NewtonIterations = 1 }, messages);
        Assert.HasCount(1, messages.Where(message => message.Contains(Warning, StringComparison.Ordinal)).Distinct().ToArray());
    }

    [TestMethod]
    public void NewtonMode_WhereIterationsSuffice_IsSilent()
    {
        List<string> messages = [];
        Train(new() { Mode = RecurrenceMode.Newton, NewtonIterations = 8 }, messages);
        Assert.IsFalse(messages.Any(message => message.Contains(Warning, StringComparison.Ordinal)));
    }

    private static float[] Descend(RecurrenceMode mode, int seed, double rate = 0.1)
    {
        var options = new ParaRnnOptions { Mode = mode };
        (options.Training.Optimizer, options.Training.LearningRate) = (OptimizerKind.Sgd, rate);
        return Train(options, [], seed);
    }

    // The scores of the training rows after two epochs.
    private static float[] Train(ParaRnnOptions options, List<string> messages, int seed = 1)
    {
        var ml = new MLContext(seed);
        ml.Log += (_, entry) => messages.Add(entry.Message);
        var rows = ml.Data.LoadFromEnumerable(CylinderBellFunnel.Rows(24, seed));
        (options.HiddenSize, options.Layers, options.EnsembleSize, options.Base) = (4, 1, 1, SequenceBase.None);
        (options.Training.Epochs, options.LabelColumnName) = (2, "Target");
        using var model = ml.Regression.Trainers.ParaRnn(options).Fit(rows);
        return [.. ml.Data.CreateEnumerable<Scored>(model.Transform(rows), reuseRowObject: false).Select(row => row.Score)];
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
