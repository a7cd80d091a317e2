using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>An ONNX file that is given its state gives, step by step, what a streaming engine gives.</summary>
[TestClass]
public sealed class OnnxStreamTests
{
    private const double Tolerance = 1e-5;

    private static readonly int[] s_counts = [1, 1, 3, 1, 2, 7, 1, 1, 20, 1];

    private static readonly SequencePooling[] s_poolings =
        [SequencePooling.Mean, SequencePooling.Last, SequencePooling.Max, SequencePooling.MeanMax, SequencePooling.Attention];

    [TestMethod, EveryTrainer(Streams = true)]
    public void EveryInput_ScoresTheSame(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            AssertSame(trainer, input, options => Pool(options, SequencePooling.MeanMax), input.Name, s_counts);
        }
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void EveryPooling_ScoresTheSame(TrainerCase trainer)
    {
        foreach (var pooling in s_poolings)
        {
            AssertSame(trainer, trainer.Input, options => Pool(options, pooling), $"{pooling}", s_counts);
        }
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void EveryChoice_ScoresTheSame_OrIsRefusedAsAnEngine(TrainerCase trainer)
    {
        foreach (var (name, choose) in TrainerChoices.Of(trainer, trainer.Input).Where(choice => !choice.Name.StartsWith("Training.", StringComparison.Ordinal)))
        {
            AssertSame(
                trainer, trainer.Input, options =>
                {
                    Pool(options, SequencePooling.MeanMax);
                    choose(options);
                }, name, s_counts);
        }
    }

    [TestMethod]
    public void WideCells_AndDeepNetworks_ScoreTheSame()
    {
        Same<ParaRnnOptions>("ParaRnn, multiclass", o => (o.Heads, o.HiddenSize, o.Layers) = (4, 36, 2));
        Same<RecurrentOptions>("Recurrent, multiclass", o => (o.HiddenSize, o.Cell, o.Peepholes) = (20, RecurrentCell.Lstm, true));
        Same<RecurrentOptions>("Recurrent, multiclass", o => (o.HiddenSize, o.Cell) = (20, RecurrentCell.Jordan));
        Same<AarenOptions>("Aaren, multiclass", o => (o.HiddenSize, o.Heads, o.Layers) = (37, 5, 2));
        Same<AarenOptions>("Aaren, multiclass", o => (o.HiddenSize, o.Heads, o.Layers, o.Attention) = (37, 5, 2, AttentionKind.CausalSoftmax));
        Same<LsslOptions>("Lssl, multiclass", o => (o.HiddenSize, o.Channels, o.Layers, o.ConvolutionWidth) = (37, 3, 2, 1));
        Same<LsslOptions>("Lssl, multiclass", o => (o.HiddenSize, o.Channels, o.StateMatrix) = (20, 2, StateMatrix.LegS));

        static void Same<T>(string name, Action<T> change)
            where T : TrainerOptions => AssertSame(
                TrainerCases.Named(name), ToyInput.Unequal, options =>
                {
                    Pool(options, SequencePooling.MeanMax);
                    change((T)options);
                }, name, s_counts);
    }

    [TestMethod]
    [DataRow("ParaRnn, regression")]
    [DataRow("Recurrent, multiclass")]
    [DataRow("Lssl, multiclass")]
    [DataRow("Aaren, regression")]
    public void ThousandsOfSteps_ScoreTheSame(string name)
    {
        foreach (var pooling in new[] { SequencePooling.MeanMax, SequencePooling.Attention })
        {
            AssertSame(TrainerCases.Named(name), ToyInput.Unequal, options => Pool(options, pooling), $"{pooling}", [.. Enumerable.Repeat(1, 4000)]);
        }
    }

    [TestMethod]
    [DataRow("ParaRnn, multiclass")]
    [DataRow("SingleLayerTransformer, multiclass")]
    public void StreamsOfABatch_AreIndependent(string name)
    {
        const int streams = 3;
        using var toy = StreamPair.Fit(TrainerCases.Named(name), ToyInput.Unequal, options => Pool(options, SequencePooling.MeanMax));
        var ml = new MLContext(1);
        using var one = new OnnxStream(ml, toy.Model, Steps(ToyInput.Unequal));
        using var all = new OnnxStream(ml, toy.Model, Steps(ToyInput.Unequal), streams);
        var random = new Random(1);
        float[][][] steps = [.. Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, streams).Select(_ => Step(random, 2)).ToArray())];
        var together = steps.Select(step => all.Scores(step.SelectMany(values => values).ToArray())).ToArray();
        for (var stream = 0; stream < streams; stream++)
        {
            one.Reset();
            for (var step = 0; step < steps.Length; step++)
            {
                var alone = one.Scores(steps[step][stream]);
                AssertNear(alone, together[step].AsSpan(stream * alone.Length, alone.Length).ToArray(), 1, $"stream {stream}, step {step}");
            }
        }
    }

    [TestMethod]
    [DataRow(SequencePooling.Max)]
    [DataRow(SequencePooling.Attention)]
    public void StateOfZeros_BeginsAStreamAgain_BesideOthers(SequencePooling pooling)
    {
        using var toy = StreamPair.Fit(TrainerCases.Named("Aaren, multiclass"), ToyInput.Unequal, options => Pool(options, pooling));
        using var run = new OnnxStream(new MLContext(1), toy.Model, Steps(ToyInput.Unequal), streams: 2);
        float[] both = [.. Step(new Random(1), 2), .. Step(new Random(2), 2)];
        var first = run.Scores(both);
        var second = run.Scores(both);
        run.Reset(stream: 0);
        var third = run.Scores(both);
        var size = first.Length / 2;
        AssertNear(first[..size], third[..size], 1, "the stream that began again");
        CollectionAssert.AreNotEqual(first, second);
        CollectionAssert.AreNotEqual(first[size..], third[size..]);
    }

    [TestMethod]
    [DataRow(MissingValues.ForwardFill)]
    [DataRow(MissingValues.Zero)]
    public void MissingValues_AreReadAsByAnEngine(MissingValues missing)
    {
        using var toy = StreamPair.Fit(TrainerCases.Named("ParaRnn, regression"), ToyInput.Unequal, options => options.MissingValues = missing);
        var scorer = toy.Model.Stream().Scorer;
        using var run = new OnnxStream(new MLContext(1), toy.Model, Steps(ToyInput.Unequal));
        float[][] steps = [[float.NaN, 1], [2, float.NaN], [float.NaN, float.NaN], [0.5f, -1], [float.NaN, 0.25f]];
        float[] last = [0, 0], scores = [];
        foreach (var step in steps)
        {
            last = [.. step.Zip(last, (value, before) => !float.IsNaN(value) ? value : missing == MissingValues.Zero ? 0 : before)];
            scores = Score(scorer, last, 1);
            AssertNear(scores, run.Scores(step), 15, $"{missing}");
            scorer.Keep();
        }
        using var together = new OnnxStream(new MLContext(1), toy.Model, Steps(ToyInput.Unequal));
        AssertNear(scores, together.Scores<float>([.. steps.SelectMany(step => step)]), 15, $"{missing}, all steps at once");
        scorer.Free();
    }

    [TestMethod]
    public void StepWithoutAScore_LeavesTheStateAsItWas()
    {
        using var toy = StreamPair.Fit(TrainerCases.Named("ParaRnn, multiclass"), ToyInput.Unequal, _ => { });
        using var run = new OnnxStream(new MLContext(1), toy.Model, Steps(ToyInput.Unequal));
        run.Scores<float>([1, 2]);
        var before = run.Numbers.Constant;
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Assert.IsTrue(run.Scores([1, value]).All(float.IsNaN), $"{value}");
            CollectionAssert.AreEqual(before, run.Numbers.Constant);
        }
        Assert.IsFalse(run.Scores<float>([1, 2]).Any(float.IsNaN));
        CollectionAssert.AreNotEqual(before, run.Numbers.Constant);
    }

    [TestMethod]
    public void CausalAttention_KeepsNaN_AndSaysSo()
    {
        using var toy = StreamPair.Fit(
            TrainerCases.Named("SingleLayerTransformer, multiclass"), ToyInput.Unequal, options => Pool(options, SequencePooling.Last));
        using var run = new OnnxStream(new MLContext(1), toy.Model, Steps(ToyInput.Unequal));
        run.Scores<float>([1, 2]);
        var length = run.Numbers.Growing.Length;
        Assert.IsGreaterThan(0, length);
        Assert.IsTrue(run.Scores([1, float.NaN]).All(float.IsNaN));
        Assert.HasCount(2 * length, run.Numbers.Growing);
        Assert.IsTrue(run.Scores<float>([1, 2]).All(float.IsNaN));
    }

    [TestMethod]
    public void Pipeline_WithItsLabels_IsOneFile()
    {
        var trainer = TrainerCases.Named("ParaRnn, multiclass");
        using var toy = new StreamedToy(trainer, ToyInput.Unequal, _ => { });
        using var file = new MemoryStream();
        toy.Context.Model.ConvertToStreamingOnnx<ToyRow>(toy.Model, file, ToyInput.Unequal.StepDefinition());
        Assert.IsTrue(file.CanWrite, "The stream was closed.");
        using var engine = toy.Context.Model.CreateStreamingEngine<ToyRow, Labelled>(toy.Model, ToyInput.Unequal.StepDefinition());
        using var run = new OnnxStream(file);
        foreach (var step in toy.Input.StepsOf(toy.Row))
        {
            Assert.AreEqual(engine.Predict(step).PredictedLabel, run.Next<float, string>(step.Features, "PredictedLabel").Single());
        }
    }

    [TestMethod]
    public void WhatCannotBe_IsRefusedByName()
    {
        var ml = new MLContext(1);
        using var file = new MemoryStream();
        var rows = ml.Data.LoadFromEnumerable(ToyInput.Unequal.Rows(9, 1), ToyInput.Unequal.Definition());
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => ml.Model.ConvertToStreamingOnnx<ToyRow>(ml.Transforms.CopyColumns("Other", "Number").Fit(rows), file)).Message, "no network");

        using var toy = StreamPair.Fit(TrainerCases.Named("ParaRnn, regression"), ToyInput.Unequal, _ => { });
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => ml.Model.ConvertToStreamingOnnx<OnnxStream.NumberStep>(toy.Model, file)).Message, "channels");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => ml.Model.ConvertToStreamingOnnx<WithState>(toy.Model, file)).Message, "'State.Score'");
        var twice = toy.Model.Append(toy.Model);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => ml.Model.ConvertToStreamingOnnx<OnnxStream.NumberStep>(twice, file, Steps(ToyInput.Unequal))).Message, "'State.Score'");
        Assert.AreEqual(0, file.Length, "A model was written.");

        toy.Model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(
            () => ml.Model.ConvertToStreamingOnnx<OnnxStream.NumberStep>(toy.Model, file, Steps(ToyInput.Unequal)));
    }

    [TestMethod]
    public void StepsBesideTheNetwork_ArePartOfTheFile()
    {
        using var toy = StreamPair.Fit(TrainerCases.Named("ParaRnn, regression"), ToyInput.Unequal, _ => { });
        var ml = new MLContext(1);
        Plain[] steps = [.. Enumerable.Range(0, 5).Select(index => new Plain { Vector = Step(new Random(index), 2) })];
        var model = ml.Transforms.Sequences.Reshape("Features", "Vector", 2).Append(ml.Transforms.Sequences.Standardize("Features"))
            .Fit(ml.Data.LoadFromEnumerable(steps)).Append(toy.Model);
        using var file = new MemoryStream();
        ml.Model.ConvertToStreamingOnnx<Plain>(model, file);
        using var engine = ml.Model.CreateStreamingEngine<Plain, Scored>(model);
        using var run = new OnnxStream(file, "Vector");
        foreach (var step in steps)
        {
            AssertNear([engine.Predict(step).Score], run.Scores(step.Vector), 15, "Score");
        }
    }

    private static void AssertSame(TrainerCase trainer, ToyInput input, Action<TrainerOptions> change, string name, int[] counts)
    {
        var ml = new MLContext(1);
        using var toy = StreamPair.Fit(trainer, input, change);
        using var file = new MemoryStream();
        if (IStreamable.Of(toy.Model.Model.Network).StreamingObstacle is not null)
        {
            var engine = Assert.ThrowsExactly<NotSupportedException>(() => toy.Model.Stream(), name);
            var e = Assert.ThrowsExactly<NotSupportedException>(
                () => ml.Model.ConvertToStreamingOnnx<OnnxStream.NumberStep>(toy.Model, file, Steps(input)), name);
            Assert.AreEqual(engine.Message, e.Message);
            return;
        }
        using var run = input.IsTokens ? OnnxStream.OfTokens(ml, toy.Model) : new OnnxStream(ml, toy.Model, Steps(input));
        var scorer = toy.Model.Stream().Scorer;
        var random = new Random(1);
        foreach (var count in counts)
        {
            float[] values = [.. Enumerable.Range(0, count)
                .SelectMany(_ => input.IsTokens ? [random.Next(7)] : Step(random, input.Channels))];
            var got = input.IsTokens ? run.Scores(Array.ConvertAll(values, value => (uint)value)) : run.Scores(values);
            var wanted = Score(scorer, values, count)[..got.Length];
            scorer.Keep();
            AssertNear(wanted, got, trainer.Task.IsClassification ? 1 : 15, $"{name}, after step {scorer.Steps}");
        }
        scorer.Free();
    }

    private static float[] Step(Random random, int channels) => [.. Enumerable.Range(0, channels).Select(_ => (3 * random.NextSingle()) - 1.5f)];

    private static float[] Score(IStreamScorer scorer, float[] values, int steps)
    {
        var (row, scores) = (new RowStore(), Array.Empty<float>());
        row.Add(values, steps, [], 1);
        scorer.Score(row, ref scores);
        return scores;
    }

    // A number near 0 is the difference of numbers as large as the labels.
    private static void AssertNear(float[] wanted, float[] got, double scale, string name)
    {
        Assert.HasCount(wanted.Length, got, name);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.AreEqual(wanted[i], got[i], Tolerance * Math.Max(scale, Math.Abs(wanted[i])), name);
        }
    }

    private static SchemaDefinition Steps(ToyInput input)
    {
        var definition = SchemaDefinition.Create(typeof(OnnxStream.NumberStep));
        definition["Features"].ColumnType = input.Channels == 1
            ? new VectorDataViewType(NumberDataViewType.Single) : new VectorDataViewType(NumberDataViewType.Single, 0, input.Channels);
        return definition;
    }

    private static void Pool(TrainerOptions options, SequencePooling pooling) => ((SequenceTrainerOptions)options).Pooling = pooling;

    private sealed class WithState
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        [ColumnName("State.Score")]
        public float State { get; set; }
    }

    private sealed class Plain
    {
        [VectorType(2)]
        public float[] Vector { get; set; } = [];
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }

    private sealed class Labelled
    {
        public string PredictedLabel { get; set; } = "";
    }
}
