using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Values and shapes of features that cannot be used, in training and in scoring.</summary>
[TestClass]
public sealed class BadSequenceTests
{
    private const int Bad = 4;

    private static readonly MLContext Ml = new(1);

    [TestMethod, EveryTrainer]
    public void EmptySequence_IsRefusedByColumnAndRow(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs.Where(input => input.Steps == 0))
        {
            AssertRefused(trainer, input, row => (row.Features, row.Words) = ([], []), "the sequence is empty", "at least one step");
        }
    }

    [TestMethod, EveryTrainer]
    public void MissingValue_IsRefusedByColumnRowStepAndChannel(TrainerCase trainer)
    {
        foreach (var input in Numbers(trainer))
        {
            AssertRefused(trainer, input, row => row.Features[input.Channels] = float.NaN,
                "step 1, channel 0 is missing (NaN)", "set MissingValues to ForwardFill or Zero");
        }
    }

    [TestMethod, EveryTrainer]
    public void Infinity_IsRefusedAlways(TrainerCase trainer)
    {
        foreach (var input in Numbers(trainer))
        {
            AssertRefused(trainer, input, row =>
                row.Features[input.Channels] = float.NegativeInfinity, "step 1, channel 0 is infinite", "finite");
        }
    }

    [TestMethod, EveryTrainer]
    public void BrokenStep_IsRefusedByColumnAndRow(TrainerCase trainer)
    {
        foreach (var input in Numbers(trainer).Where(input => input.Steps == 0))
        {
            AssertRefused(trainer, input, row => row.Features = [1, 2, 3], $"3 values do not make steps of {input.Channels} channels");
        }
    }

    [TestMethod, EveryTrainer]
    public void MissingValues_CanBeReadAsZero(TrainerCase trainer) =>
        AssertReadAs(trainer, MissingValues.Zero, [float.NaN, 1, 2, float.NaN, 3, 4, float.NaN, 5], [0, 1, 2, 0, 3, 4, 0, 5]);

    [TestMethod, EveryTrainer]
    public void MissingValues_CanBeFilledForward(TrainerCase trainer) =>
        AssertReadAs(trainer, MissingValues.ForwardFill, [float.NaN, 1, 2, float.NaN, 3, 4, float.NaN, float.NaN],
            [2, 1, 2, 1, 3, 4, 3, 4]);

    [TestMethod, EveryTrainer]
    public void OtherChannelsAtScoring_AreRefusedWithThoseOfTraining(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer, Numbers(trainer).First(input => input.Channels == 2));
        var other = ToyInput.Unequal with { Channels = 3 };
        AssertSchemaRefused(toy.Model, trainer.Load(Ml, 9, input: other), "Feature column 'Features'", "2 channels, as in training",
            "got 3 channels");
    }

    [TestMethod, EveryTrainer]
    public void OtherLengthAtScoring_IsNoMatter_UnlessTheTrainerTakesOneLengthOnly(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer, ToyInput.Equal);
        var longer = trainer.Load(Ml, 9, input: ToyInput.Equal with { Steps = 20 });
        if (trainer.TakesOneLengthOnly)
        {
            AssertSchemaRefused(toy.Model, longer, "Feature column 'Features'", "8 steps, as in training", "got 20 steps");
        }
        else
        {
            Assert.IsTrue(trainer.Task.Scores(toy.Model.Transform(longer)).All(row => row.All(float.IsFinite)));
        }
    }

    [TestMethod, EveryTrainer]
    public void RowsOfUnequalLength_AreRefusedByColumn_WhereTheTrainerTakesOneLengthOnly(TrainerCase trainer)
    {
        if (!trainer.TakesOneLengthOnly)
        {
            Assert.Inconclusive("the trainer takes rows of unequal length");
        }
        var (data, estimator) = (trainer.Load(Ml, 9, input: ToyInput.Unequal with { Channels = 1 }), trainer.Create(Ml, trainer.Tiny()));
        foreach (var refused in new Action[] { () => estimator.Fit(data), () => estimator.GetOutputSchema(data.Schema.Shape()) })
        {
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(refused);
            StringAssert.Contains(e.Message, "Feature column 'Features' must be of a length that is the same in all rows");
        }
    }

    // ML.NET passes on what a class has, whatever its column says.
    [TestMethod, EveryTrainer]
    public void RowShorterThanItsColumn_IsRefusedByRow_WhereTheTrainerTakesOneLengthOnly(TrainerCase trainer)
    {
        if (!trainer.TakesOneLengthOnly)
        {
            Assert.Inconclusive("the trainer takes rows of unequal length");
        }
        using var toy = new FittedToy(trainer, ToyInput.Equal);
        var rows = ToyInput.Equal.Rows(9, 1);
        var needed = rows[4].Features.Length;
        rows[4].Features = rows[4].Features[..(needed / 2)];
        var data = trainer.Load(Ml, rows, ToyInput.Equal);
        foreach (var refused in new Action[] { () => trainer.Task.Scores(toy.Model.Transform(data)), () => trainer.Fit(Ml, data) })
        {
            var e = Assert.ThrowsExactly<InvalidDataException>(refused);
            StringAssert.Contains(e.Message, $"Column 'Features', row 4: it has {needed / 2} values, and the network needs {needed}");
        }
    }

    [TestMethod, EveryTrainer]
    public void TokensForAModelOfNumbers_AreRefused_AndTheOtherWayRound(TrainerCase trainer)
    {
        if (!trainer.Inputs.Contains(ToyInput.Tokens))
        {
            Assert.Inconclusive("the trainer takes numbers only");
        }
        using var numbers = new FittedToy(trainer, ToyInput.Flat);
        using var tokens = new FittedToy(trainer, ToyInput.Tokens);
        AssertSchemaRefused(numbers.Model, trainer.Load(Ml, 9, input: ToyInput.Tokens), "Feature column 'Features'",
            "a vector of Single, as in training");
        AssertSchemaRefused(tokens.Model, trainer.Load(Ml, 9, input: ToyInput.Flat), "Feature column 'Features'",
            "a vector of keys, as in training");
    }

    [TestMethod, EveryTrainer]
    public void TokensOfAnotherVocabulary_AreRefusedWithThatOfTraining(TrainerCase trainer)
    {
        if (!trainer.Inputs.Contains(ToyInput.Tokens))
        {
            Assert.Inconclusive("the trainer takes numbers only");
        }
        using var toy = new FittedToy(trainer, ToyInput.Tokens);
        var few = Ml.Transforms.Conversion.MapValueToKey("Features", "Words");
        var rows = ToyInput.Tokens.Rows(9, 1);
        Array.ForEach(rows, row => row.Words = ["word 1", "word 2"]);
        var raw = ToyInput.Tokens.Load(Ml, rows);
        AssertSchemaRefused(toy.Model, few.Fit(raw).Transform(raw), "Feature column 'Features'", "keys 1 to 6, as in training",
            "keys 1 to 2");
    }

    [TestMethod, EveryTrainer]
    public void TokensThatTrainingDidNotKnow_AreScoredAlike(TrainerCase trainer)
    {
        if (!trainer.Inputs.Contains(ToyInput.Tokens))
        {
            Assert.Inconclusive("the trainer takes numbers only");
        }
        using var toy = new FittedToy(trainer, ToyInput.Tokens);
        var rows = ToyInput.Tokens.Rows(2, 1);
        (rows[0].Words, rows[1].Words) = (["word 1", "unheard", "word 2"], ["word 1", "unknown", "word 2"]);
        var scores = toy.Score(rows);
        Assert.IsTrue(scores[0].All(float.IsFinite));
        Scores.AssertClose([scores[0]], [scores[1]], trainer.Tolerance);
    }

    [TestMethod, Trained, EveryTrainer]
    public void ClassThatTrainingHasNoRowsOf_KeepsItsSlot(TrainerCase trainer)
    {
        if (trainer.Task != MulticlassToy.Instance)
        {
            Assert.Inconclusive("only a multiclass label has a slot a class");
        }
        var ml = new MLContext(TrainedSeed.From(1));
        var rows = trainer.Input.Rows(36, TrainedSeed.From(1)).Where(row => row.Class != "middle").ToArray();
        var data = trainer.Load(ml, rows);
        using var model = trainer.Create(ml, trainer.Learning()).Fit(data);
        var scores = trainer.Task.Scores(model.Transform(data));
        Assert.IsTrue(scores.All(row => row.Length == 3));
        // A third before training.
        TrainedBound.Below(scores.Max(row => row[1]), 0.2, "probability of the class without rows");
    }

    [TestMethod, EveryTrainer]
    public void PredictionEngine_RefusesAsTransformDoes(TrainerCase trainer)
    {
        var input = Numbers(trainer).First();
        var model = trainer.Pipeline(Ml, input: input).Fit(input.Load(Ml, input.Rows(9, 1)));
        var row = input.Rows(1, 1)[0];
        row.Features[0] = float.NaN;
        var e = Assert.ThrowsExactly<InvalidDataException>(() => trainer.Task.Predict(Ml, model, [row], input));
        StringAssert.Contains(e.Message, "'Features'");
    }

    private static IEnumerable<ToyInput> Numbers(TrainerCase trainer) => trainer.Inputs.Where(input => !input.IsTokens);

    private static void AssertRefused(TrainerCase trainer, ToyInput input, Action<ToyRow> spoil, params string[] fragments)
    {
        var rows = input.Rows(9, 1);
        spoil(rows[Bad]);
        using var toy = new FittedToy(trainer, input);
        var inTraining = Assert.ThrowsExactly<InvalidDataException>(() => trainer.Fit(Ml, trainer.Load(Ml, rows, input)));
        var inScoring = Assert.ThrowsExactly<InvalidDataException>(() => toy.Score(rows));
        foreach (var fragment in fragments.Prepend($"Column 'Features', row {Bad}"))
        {
            StringAssert.Contains(inTraining.Message, fragment);
            StringAssert.Contains(inScoring.Message, fragment);
        }
    }

    private static void AssertReadAs(TrainerCase trainer, MissingValues missing, float[] given, float[] read)
    {
        var input = Numbers(trainer).First(input => input.Channels == 2);
        using var filled = new FittedSpoilt(trainer, input, read, MissingValues.Error);
        using var holed = new FittedSpoilt(trainer, input, given, missing);
        Scores.AssertSame(filled.Scores, holed.Scores);
    }

    private static void AssertSchemaRefused(NetworkTransformer model, IDataView data, params string[] fragments)
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(data));
        Array.ForEach(fragments, fragment => StringAssert.Contains(e.Message, fragment));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.GetOutputSchema(data.Schema));
    }

    /// <summary>A model fitted on toy rows of which one has the given features, and its scores of them.</summary>
    private sealed class FittedSpoilt : IDisposable
    {
        private readonly NetworkTransformer _model;

        public FittedSpoilt(TrainerCase trainer, ToyInput input, float[] features, MissingValues missing)
        {
            var rows = (input with { Steps = 4 }).Rows(18, 1);
            rows[Bad].Features = features;
            var data = trainer.Load(Ml, rows, input with { Steps = 4 });
            _model = trainer.Fit(Ml, data, (TrainerOptions options) =>
            {
                options.MissingValues = missing;
                options.SetSeed(1);
            });
            Scores = trainer.Task.Scores(_model.Transform(data));
        }

        public float[][] Scores { get; }

        public void Dispose() => _model.Dispose();
    }
}
