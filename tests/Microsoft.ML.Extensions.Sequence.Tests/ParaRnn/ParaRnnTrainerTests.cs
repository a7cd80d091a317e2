using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

[TestClass]
public sealed class ParaRnnTrainerTests
{
    private const string Warning = "Newton iterations";

    [TestMethod]
    public void NewtonMode_TrainsWhatTheFusedModeTrains()
    {
        var (fused, newton) = (Train(new() { Mode = RecurrenceMode.Fused }, []), Train(new() { Mode = RecurrenceMode.Newton }, []));
        for (var i = 0; i < fused.Length; i++)
        {
            Assert.AreEqual(fused[i], newton[i], 1e-2);
        }
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

    // The scores of the training rows after two passes.
    private static float[] Train(ParaRnnOptions options, List<string> messages)
    {
        var ml = new MLContext(1);
        ml.Log += (_, entry) => messages.Add(entry.Message);
        var rows = ml.Data.LoadFromEnumerable(CylinderBellFunnel.Rows(24, 1));
        (options.HiddenSize, options.Layers, options.Members, options.Training.Epochs, options.LabelColumnName) = (4, 1, 1, 2, "Target");
        using var model = ml.Regression.Trainers.ParaRnn(options).Fit(rows);
        return [.. ml.Data.CreateEnumerable<Scored>(model.Transform(rows), reuseRowObject: false).Select(row => row.Score)];
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
