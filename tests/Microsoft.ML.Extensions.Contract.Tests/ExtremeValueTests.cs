using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;
using TorchSharp;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Numbers that are finite, and too large or too small to compute with: refused by name or scored, and never NaN.</summary>
[TestClass]
public sealed class ExtremeValueTests
{
    private const int Bad = 4;

    // Overloads of instruments, the fill values of climate models and of netCDF, the largest numbers.
    private static readonly float[] Huge = [1e10f, -1e10f, 1e20f, 9.96921e36f, 9.9e37f, float.MaxValue, float.MinValue];

    private static readonly float[] Tiny = [1e-38f, -1e-38f, 1e-45f];

    private static readonly MLContext Ml = new(1);

    [TestMethod, EveryTrainer]
    public void HugeValue_IsRefusedByColumnRowStepAndChannel_OrCutOff(TrainerCase trainer)
    {
        foreach (var input in Numbers(trainer))
        {
            using var toy = new FittedToy(trainer, input);
            foreach (var value in Huge)
            {
                var rows = Spoilt(input, value);
                if (!RefusesHuge(trainer))
                {
                    Assert.IsTrue(toy.Score(rows).All(row => row.All(float.IsFinite)), $"{value}");
                    continue;
                }
                var e = Assert.ThrowsExactly<InvalidDataException>(() => toy.Score(rows));
                StringAssert.Contains(e.Message, $"Column 'Features', row {Bad}: the value at step 1, channel 0 is ");
                StringAssert.Contains(e.Message, "too far from the training values");
            }
        }
    }

    [TestMethod, EveryTrainer]
    public void TinyValue_IsScored(TrainerCase trainer)
    {
        foreach (var input in Numbers(trainer))
        {
            using var toy = new FittedToy(trainer, input);
            foreach (var value in Tiny)
            {
                Scores.AssertClose(toy.Score(Spoilt(input, 0)), toy.Score(Spoilt(input, value)), trainer.Tolerance);
            }
        }
    }

    [TestMethod, EveryTrainer]
    public void PredictionEngine_DoesAsTransformDoes(TrainerCase trainer)
    {
        var input = Numbers(trainer).First();
        var model = trainer.Pipeline(Ml, input: input).Fit(input.Load(Ml, input.Rows(18, 1)));
        foreach (var value in Huge)
        {
            if (RefusesHuge(trainer))
            {
                var e = Assert.ThrowsExactly<InvalidDataException>(
                    () => trainer.Task.Predict(Ml, model, [Spoilt(input, value)[Bad]], input));
                StringAssert.Contains(e.Message, "the value at step 1, channel 0");
                continue;
            }
            Assert.IsTrue(trainer.Task.Predict(Ml, model, Spoilt(input, value), input).All(row => row.All(float.IsFinite)), $"{value}");
        }
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void HugeStep_OfAStream_IsRefused_AndLeavesNoTrace(TrainerCase trainer)
    {
        using var toy = new StreamedToy(
            trainer, trainer.Input, options => ((SequenceTrainerOptions)options).Pooling = SequencePooling.MeanMax);
        var steps = toy.Input.StepsOf(toy.Row).ToArray();
        var whole = toy.Stream.Run(toy.Input, toy.Row);
        toy.Stream.Reset();
        for (var i = 0; i < steps.Length; i++)
        {
            var before = toy.Stream.Save();
            foreach (var value in Huge)
            {
                var e = Assert.ThrowsExactly<InvalidDataException>(() => toy.Stream.Step(new ToyRow { Features = [value, 0] }));
                StringAssert.Contains(e.Message, "the value at step 0, channel 0");
            }
            CollectionAssert.AreEqual(before, toy.Stream.Save());
            Scores.AssertSame([whole[i]], [toy.Stream.Step(steps[i])]);
        }
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void StepWhoseOutputIsNoNumber_LeavesNoTraceInTheStream(TrainerCase trainer)
    {
        using var toy = new StreamedToy(
            trainer, trainer.Input, options => ((SequenceTrainerOptions)options).Pooling = SequencePooling.Attention);
        var steps = toy.Input.StepsOf(toy.Row).ToArray();
        // C# kernels have a copy of the weights: ManagedStreamingTests.
        var model = NetworkReplacement.Of(toy.Model, network => network.Copies.WithKernels(null));
        using var stream = trainer.Task.Stream(toy.Context, model, toy.Input.StepDefinition());
        var whole = stream.Run(toy.Input, toy.Row);
        using var network = model.Parts().OfType<NetworkTransformer>().Single();
        var weights = network.Model.Network.state_dict()["head.bias"];
        using var kept = weights.clone();
        stream.Reset();
        for (var i = 0; i < steps.Length; i++)
        {
            weights.Fill(float.NaN);
            Assert.ThrowsExactly<InvalidDataException>(() => stream.Step(new ToyRow { Features = [7, -7] }));
            Assert.AreEqual(i, stream.Steps());
            weights.copy_(kept);
            Scores.AssertSame([whole[i]], [stream.Step(steps[i])]);
        }
    }

    [TestMethod, EveryTrainer]
    public void TrainingWithAnExtremeValue_GivesScores_OrSaysWhyNot(TrainerCase trainer)
    {
        var input = Numbers(trainer).First();
        foreach (var value in Huge.Concat(Tiny))
        {
            var data = trainer.Load(Ml, Spoilt(input, value), input);
            try
            {
                using var model = trainer.Fit(Ml, data);
                Assert.IsTrue(trainer.Task.Scores(model.Transform(data)).All(row => row.All(float.IsFinite)), $"{value}");
            }
            catch (InvalidOperationException e)
            {
                StringAssert.Contains(e.Message, "scale the features", $"{value}");
            }
        }
    }

    [TestMethod, EveryTrainer]
    public void OutputsThatAreNoNumbers_GiveNeitherScoreNorLabel(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer);
        foreach (var weights in toy.Model.Model.Network.state_dict().Values.Where(weights => weights.dtype == torch.ScalarType.Float32))
        {
            weights.Fill(float.NaN);
        }
        var scored = toy.Transform(trainer.Input.Rows(3, 1));
        foreach (var output in trainer.Task.Outputs)
        {
            var e = Assert.ThrowsExactly<InvalidDataException>(() => Read(scored, output));
            StringAssert.Contains(e.Message, "Column 'Features', row 0");
        }
    }

    private static int Read(IDataView data, string name)
    {
        var column = data.Schema[name];
        return column.Type is VectorDataViewType ? data.GetColumn<float[]>(column).Count()
            : column.Type.RawType == typeof(uint) ? data.GetColumn<uint>(column).Count()
            : column.Type.RawType == typeof(bool) ? data.GetColumn<bool>(column).Count()
            : data.GetColumn<float>(column).Count();
    }

    private static IEnumerable<ToyInput> Numbers(TrainerCase trainer) => trainer.Inputs.Where(input => !input.IsTokens);

    // The kernels' trainers use only a row's direction, or cut values off at a number of deviations.
    private static bool RefusesHuge(TrainerCase trainer) => trainer.TrainerType.Assembly == typeof(ParaRnnTrainer).Assembly;

    private static ToyRow[] Spoilt(ToyInput input, float value)
    {
        var rows = input.Rows(18, 1);
        rows[Bad].Features[input.Channels] = value;
        return rows;
    }
}
