using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lssl;

/// <summary>A model trained at one sampling rate scores data of another.</summary>
[TestClass]
public sealed class LsslExtensionsTests
{
    private const int Steps = 64;

    [TestMethod, Trained]
    public void HalfTheSamples_AreScoredAsWellAsAllOfThem()
    {
        var ml = new MLContext(1);
        using var model = Train(ml, new LsslOptions { Pooling = SequencePooling.Mean, Bidirectional = false, ConvolutionWidth = 0 }, 200);
        using var shifted = model.WithSamplingRate(0.5);
        var (all, half) = (Waves(200, 2, every: 1), Waves(200, 2, every: 2));
        var (before, misread, after) = (Accuracy(ml, model, all), Accuracy(ml, model, half), Accuracy(ml, shifted, half));
        TrainedBound.Above(before, 0.95, "accuracy");
        TrainedBound.Above(after, 0.9, "accuracy, half the samples, shifted");
        TrainedBound.Below(misread, 0.8, "accuracy, half the samples, misread");
    }

    [TestMethod]
    public void ShiftedModel_IsSavedAndLoadedAndFreedByItself()
    {
        var ml = new MLContext(1);
        using var model = Train(ml, Tiny());
        var data = Load(ml, Waves(20, 2, every: 2));
        var shifted = model.WithSamplingRate(0.5);
        var scores = Scores(shifted, data);
        using var file = new TempFile("");
        ml.Model.Save(shifted, data.Schema, file.Path);
        shifted.Dispose();
        using var loaded = (NetworkTransformer)ml.Model.Load(file.Path, out _);
        CollectionAssert.AreEqual(scores, Scores(loaded, data));
        using var again = loaded.WithSamplingRate(1);
        CollectionAssert.AreEqual(Scores(model, data), Scores(again, data));
        CollectionAssert.AreNotEqual(scores, Scores(again, data));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    [DataRow(1e7)]
    public void RateOutOfRange_IsRefused(double rate)
    {
        var ml = new MLContext(1);
        using var model = Train(ml, Tiny());
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.WithSamplingRate(rate));
        StringAssert.Contains(error.Message, "1E-06 to 1000000");
    }

    [TestMethod]
    public void ConvolutionOverSteps_IsRefusedWithAnAlternative()
    {
        var ml = new MLContext(1);
        var options = Tiny();
        options.ConvolutionWidth = 3;
        using var model = Train(ml, options);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.WithSamplingRate(0.5)).Message, "train with 0");
    }

    [TestMethod]
    public void AnotherNetwork_IsRefused()
    {
        var ml = new MLContext(1);
        var trainer = ml.BinaryClassification.Trainers.ParaRnn(
            new ParaRnnOptions { LabelColumnName = "IsFirst", HiddenSize = 4, EnsembleSize = 1, Training = { Epochs = 1 } });
        using var model = trainer.Fit(Load(ml, Waves(20, 1, every: 1)));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.WithSamplingRate(0.5)).Message, "ParaRnn");
    }

    private static LsslOptions Tiny() => new()
    {
        HiddenSize = 4,
        StateSize = 4,
        Layers = 1,
        ConvolutionWidth = 0,
        Training = { Epochs = 1 },
    };

    private static NetworkTransformer Train(MLContext ml, LsslOptions options, int rows = 20)
    {
        (options.LabelColumnName, options.EnsembleSize, options.Training.Seed) = ("IsFirst", 1, TrainedSeed.From(1));
        return ml.BinaryClassification.Trainers.Lssl(options).Fit(Load(ml, Waves(rows, 1, every: 1)));
    }

    private static double Accuracy(MLContext ml, NetworkTransformer model, SequenceRow[] rows) =>
        ml.BinaryClassification.Evaluate(model.Transform(Load(ml, rows)), "IsFirst").Accuracy;

    private static float[] Scores(NetworkTransformer model, IDataView data) => [.. model.Transform(data).GetColumn<float>("Score")];

    private static IDataView Load(MLContext ml, SequenceRow[] rows) => SequenceRow.ToDataView(ml, rows, 0, 1);

    // A wave of one of two frequencies, an octave apart, so that every second sample of the slow one looks like the fast one.
    private static SequenceRow[] Waves(int count, int seed, int every)
    {
        var random = new Random(TrainedSeed.From(seed));
        return [.. Enumerable.Range(0, count).Select(row =>
        {
            var (frequency, phase) = (row % 2 == 0 ? 0.25 : 0.5, 2 * Math.PI * random.NextDouble());
            var values = Enumerable.Range(0, Steps).Select(t => (float)(Math.Sin((frequency * t) + phase) + (0.1 * Normal.Next(random))))
                .ToArray();
            return new SequenceRow { Features = [.. values.Where((_, t) => t % every == 0)], IsFirst = row % 2 == 0, Label = "",
                Target = 0 };
        })];
    }
}
