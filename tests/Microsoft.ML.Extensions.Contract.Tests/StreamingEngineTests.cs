using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A model fed one step at a time gives what it gives for whole rows.</summary>
[TestClass]
public sealed class StreamingEngineTests
{
    private static readonly SequencePooling[] Poolings =
        [SequencePooling.Mean, SequencePooling.Last, SequencePooling.Max, SequencePooling.MeanMax, SequencePooling.Attention];

    [TestMethod, EveryTrainer(Streams = true)]
    public void EveryPrefix_ScoresAsAWholeRow(TrainerCase trainer)
    {
        foreach (var (input, index) in trainer.Inputs.Select((input, index) => (input, index)))
        {
            AssertPrefixes(trainer, input, Poolings[index % Poolings.Length]);
        }
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void EveryPooling_ScoresAsAWholeRow(TrainerCase trainer)
    {
        foreach (var pooling in Poolings)
        {
            AssertPrefixes(trainer, trainer.Input, pooling);
        }
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void Ensemble_ScoresAsAWholeRow(TrainerCase trainer)
    {
        AssertPrefixes(trainer, trainer.Input, SequencePooling.Mean, options => ((NetworkTrainerOptions)options).EnsembleSize = 2);
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void PlainVectorOfTheChannels_IsAStep(TrainerCase trainer)
    {
        using var toy = Toy(trainer);
        var definition = toy.Input.StepDefinition();
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, toy.Input.Channels);
        using var plain = trainer.Task.Stream(toy.Context, toy.Model, definition);
        Scores.AssertSame(toy.Stream.Run(toy.Input, toy.Row), plain.Run(toy.Input, toy.Row));
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void RestoredState_GoesOnAsIfNothingHadBeen(TrainerCase trainer)
    {
        using var toy = Toy(trainer);
        var steps = toy.Input.StepsOf(toy.Row).ToArray();
        var whole = toy.Stream.Run(toy.Input, toy.Row);
        toy.Stream.Reset();
        var first = steps[..3].Select(toy.Stream.Step).ToArray();
        var state = toy.Stream.Save();

        using var other = toy.NewStream();
        other.Load(state);
        Assert.AreEqual(3, other.Steps());
        Scores.AssertSame(whole, [.. first, .. steps[3..].Select(other.Step)]);
        CollectionAssert.AreEqual(state, Restored(toy, state).Save());
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void State_KeepsItsSize_OrGrowsByTheSameEachStep(TrainerCase trainer)
    {
        const int further = 100;
        using var toy = Toy(trainer);
        var step = toy.Input.StepsOf(toy.Row).First();
        toy.Stream.Step(step);
        var size = toy.Stream.StateBytes();
        toy.Stream.Step(step);
        var growth = toy.Stream.StateBytes() - size;
        for (var i = 1; i < further; i++)
        {
            toy.Stream.Step(step);
        }
        Assert.AreEqual(size + (further * growth), toy.Stream.StateBytes());
        Assert.AreEqual(trainer.StateGrows, growth > 0);
        Assert.IsGreaterThan(0, size);
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void BadStep_LeavesTheStateAlone(TrainerCase trainer)
    {
        using var toy = Toy(trainer);
        var steps = toy.Input.StepsOf(toy.Row).ToArray();
        var whole = toy.Stream.Run(toy.Input, toy.Row);
        toy.Stream.Reset();
        toy.Stream.Step(steps[0]);
        var e = Assert.ThrowsExactly<InvalidDataException>(() => toy.Stream.Step(new ToyRow { Features = [1, float.NaN] }));
        StringAssert.Contains(e.Message, "Features");
        Scores.AssertSame(whole[1..], [.. steps[1..].Select(toy.Stream.Step)]);
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void MissingValue_IsFilledFromTheStepBefore(TrainerCase trainer)
    {
        using var toy = Toy(trainer, options => options.MissingValues = MissingValues.ForwardFill);
        float[] first = [0.5f, -1];
        toy.Stream.Step(new ToyRow { Features = first });
        var state = toy.Stream.Save();
        var filled = toy.Stream.Step(new ToyRow { Features = [float.NaN, 2] });
        Scores.AssertSame([Restored(toy, state).Step(new ToyRow { Features = [first[0], 2] })], [filled]);
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void DamagedState_IsRefused_AndChangesNothing(TrainerCase trainer)
    {
        using var toy = Toy(trainer);
        toy.Stream.Run(toy.Input, toy.Row);
        var state = toy.Stream.Save();
        foreach (var damaged in Damage(state))
        {
            Assert.ThrowsExactly<FormatException>(() => toy.Stream.Load(damaged));
        }
        CollectionAssert.AreEqual(state, toy.Stream.Save());
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void StateOfAnotherModel_IsRefused(TrainerCase trainer)
    {
        using var toy = Toy(trainer);
        toy.Stream.Run(toy.Input, toy.Row);
        using var other = Toy(trainer, options => options.SetSeed(77));
        var e = Assert.ThrowsExactly<FormatException>(() => other.Stream.Load(toy.Stream.Save()));
        StringAssert.Contains(e.Message, "another model");
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void Engine_FreesItsStateAndNotTheModel(TrainerCase trainer)
    {
        using var toy = Toy(trainer);
        var whole = toy.Stream.Run(toy.Input, toy.Row);
        LiveTensors.AssertNoneLeft(() =>
        {
            using var stream = toy.NewStream();
            stream.Run(toy.Input, toy.Row);
            stream.Load(stream.Save());
            stream.Run(toy.Input, toy.Row);
        });
        toy.Stream.Reset();
        Scores.AssertSame(whole, toy.Stream.Run(toy.Input, toy.Row));
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void LoadedModel_StreamsAsTheSavedOne(TrainerCase trainer)
    {
        using var toy = Toy(trainer);
        var loaded = ModelFile.Load(toy.Context, ModelFile.Save(toy.Context, toy.Model, toy.Data.Schema));
        using var stream = trainer.Task.Stream(toy.Context, loaded, toy.Input.StepDefinition());
        toy.Stream.Step(toy.Input.StepsOf(toy.Row).First());
        stream.Load(toy.Stream.Save());
        Assert.AreEqual(1, stream.Steps());
    }

    [TestMethod, EveryTrainer]
    public void WhatNeedsWholeRows_SaysSo(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer, change: options => Pool(options, SequencePooling.Segments));
        var e = Assert.ThrowsExactly<NotSupportedException>(
            () => trainer.Task.Stream(new MLContext(1), toy.Model, trainer.Input.StepDefinition()));
        StringAssert.Contains(e.Message, trainer.CanStream ? "Pooling" : "whole rows");
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void PredictionWithoutANetworksColumn_IsRefused(TrainerCase trainer)
    {
        using var toy = Toy(trainer);
        using var engine = toy.Context.Model.CreateStreamingEngine<ToyRow, Unmoved>(toy.Model, toy.Input.StepDefinition());
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => engine.Predict(toy.Input.StepsOf(toy.Row).First()));
        StringAssert.Contains(e.Message, nameof(Unmoved));
    }

    [TestMethod]
    public void ModelWithoutANetwork_IsRefused()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(new[] { new ToyRow() });
        var e = Assert.ThrowsExactly<ArgumentException>(
            () => ml.Model.CreateStreamingEngine<ToyRow, Unmoved>(ml.Transforms.CopyColumns("Copy", "Id").Fit(data)));
        StringAssert.Contains(e.Message, "CreatePredictionEngine");
    }

    private static void AssertPrefixes(TrainerCase trainer, ToyInput input, SequencePooling pooling, Action<TrainerOptions>? change = null)
    {
        using var toy = new StreamedToy(trainer, input, options =>
        {
            Pool(options, pooling);
            change?.Invoke(options);
        });
        var steps = toy.Stream.Run(input, toy.Row);
        var prefixes = Enumerable.Range(1, steps.Length).Select(count => toy.Score(input.Prefix(toy.Row, count))).ToArray();
        Scores.AssertClose(prefixes, steps, trainer.Tolerance);
    }

    private static StreamedToy Toy(TrainerCase trainer, Action<TrainerOptions>? change = null) => new(trainer, trainer.Input, options =>
    {
        Pool(options, SequencePooling.MeanMax);
        change?.Invoke(options);
    });

    private static void Pool(TrainerOptions options, SequencePooling pooling)
    {
        if (options is SequenceTrainerOptions sequence)
        {
            sequence.Pooling = pooling;
        }
    }

    private static StepStream Restored(StreamedToy toy, byte[] state)
    {
        toy.Stream.Load(state);
        return toy.Stream;
    }

    private static IEnumerable<byte[]> Damage(byte[] state)
    {
        for (var i = 0; i < 20; i++)
        {
            yield return state[..(state.Length * i / 20)];
            var flipped = state.ToArray();
            flipped[state.Length * i / 20] ^= 1;
            yield return flipped;
        }
    }

    private sealed class Unmoved
    {
        public string Id { get; set; } = "";
    }
}
