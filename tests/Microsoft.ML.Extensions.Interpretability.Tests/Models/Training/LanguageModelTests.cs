using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Training;

[TestClass]
public sealed class LanguageModelTests
{
    private const int Letters = 20;

    private static readonly string[] Pangrams = ["the quick brown fox jumps over the lazy dog", "pack my box with five dozen liquor jugs"];

    private static readonly TransformerConfig Tiny = new()
    {
        Layers = 1,
        Heads = 2,
        ModelWidth = 8,
        HeadWidth = 4,
        MlpWidth = 12,
        Context = 7
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("mlx").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod, Trained]
    [DataRow(LanguageModelTokens.Characters)]
    [DataRow(LanguageModelTokens.Words)]
    public void ATinyCorpusIsLearnedByHeartAndContinued(LanguageModelTokens tokens)
    {
        using var trained = Train(Pangrams,
            new LanguageModelOptions { Tokens = tokens, LastSymbol = "<end>", Training = { Epochs = 150, Seed = TrainedSeed.From(1) } });
        Assert.HasCount(150, trained.History);
        TrainedBound.Below(trained.History[^1].TrainLoss, 0.3, "loss");
        foreach (var text in Pangrams)
        {
            var row = trained.Tokenizer.Encode(text);
            var told = trained.Model.Continue(row[..1], row.Length - 1);
            TrainedBound.AtLeast(
                row.Zip(told).TakeWhile(pair => pair.First == pair.Second).Count() / (double)row.Length, 1, "part continued as it was");
            Assert.AreEqual(text, trained.Tokenizer.Decode(told));
        }
    }

    [TestMethod, Trained]
    public void TwoLayersOfAttentionLearnInduction()
    {
        var random = new Random(TrainedSeed.From(1));
        using var trained = Train(Enumerable.Range(0, 4000).Select(_ => Repeated(random)), new LanguageModelOptions
        {
            Transformer = new()
            {
                Layers = 2,
                Heads = 4,
                ModelWidth = 64,
                HeadWidth = 16,
                Context = 47,
                Positions = TransformerPositions.Shortformer
            },
            Training = { Epochs = 8, BatchSize = 32, Seed = TrainedSeed.From(1) },
        });
        using var scope = NewDisposeScope();
        const int length = 16;
        var texts = Enumerable.Range(0, 100).Select(_ => RandomText(random, length)).Select(text => text + text);
        var batch = trained.Tokenizer.EncodeAll(texts);
        using var cache = trained.Model.Run(batch, [new HookPoint(HookKind.Logits), new HookPoint(HookKind.Pattern, 1)]);
        // Nothing predicts the first copy, so its loss is log 20 per token; nothing predicts the first token of the second copy either.
        TrainedBound.Near(Math.Log(Letters), Loss(cache[HookKind.Logits], batch, 1, length), 0.3, "loss of the first copy beside log 20");
        TrainedBound.Below(Loss(cache[HookKind.Logits], batch, length + 1, 2 * length), 0.6, "loss of the second copy");
        // An induction head attends from a token of the second copy to the token that followed it in the first (Olsson et al. 2022, arXiv
        // 2209.11895).
        var followers = cache[HookKind.Pattern, 1].diagonal(1 - length, 2, 3)[.., .., 1..length].mean([0, 2]);
        TrainedBound.Above(followers.max().Item<float>(), 0.5, "attention to what followed");
    }

    [TestMethod]
    public void ValidationLoss_IsThatOfTheModelOnTheTextsKept()
    {
        const double fraction = 0.4;
        var texts = Enumerable.Range(0, 30)
            .Select(i => string.Concat(Enumerable.Range(0, 2 + (i % 13)).Select(j => (char)('a' + ((i + (j * j)) % 5))))).ToArray();
        using var trained = Train(
            texts, new LanguageModelOptions { Transformer = Tiny, Training = { Epochs = 1, Seed = 4, ValidationFraction = fraction } });
        using var scope = NewDisposeScope();
        var (sum, count) = (0.0, 0);
        foreach (var tokens in texts.Where((_, row) => SeedSequence.Draws(4, row, fraction)).Select(trained.Tokenizer.Encode))
        {
            // As many tokens as the context holds, and one more as the last to be told.
            for (var start = 0; start < tokens.Length - 1; start += Tiny.Context)
            {
                var window = tokens[start..Math.Min(start + Tiny.Context + 1, tokens.Length)];
                var logits = trained.Model.Run(new TokenBatch([window[..^1]]), HookKind.Logits).log_softmax(-1);
                sum -= Enumerable.Range(1, window.Length - 1).Sum(t => logits[0, t - 1, window[t]].Item<float>());
                count += window.Length - 1;
            }
        }
        Assert.AreEqual(sum / count, trained.History[0].ValidationLoss!.Value, 1e-6);
    }

    [TestMethod]
    public void OneSeedGivesOneModel_LeavesNoTensorAndNoTraceInTheGlobalGenerator()
    {
        using var random = get_rng_state();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var first = Train(Pangrams, Brief(1)))
        using (var second = Train(Pangrams, Brief(1)))
        using (var other = Train(Pangrams, Brief(2)))
        {
            Assert.IsTrue(SameWeights(first, second));
            Assert.IsFalse(SameWeights(first, other));
        }
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        using var after = get_rng_state();
        Assert.IsTrue(random.Equals(after));
    }

    [TestMethod]
    public void Cancellation_StopsWithinAnEpochAndLeavesNoTensor()
    {
        using var source = new CancellationTokenSource();
        var options = Brief(1);
        options.Training.CancellationToken = source.Token;
        options.Training.Progress = new Told(_ => source.Cancel());
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Throws<OperationCanceledException>(() => Train(Pangrams, options));
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Sparsity_IsRefused_SinceNoMatrixIsNamed()
    {
        var options = Brief(1);
        options.Training.Sparsity = new SparsityOptions { Density = 0.5 };
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => Train(Pangrams, options));
        StringAssert.Contains(e.Message, "no weight matrix that can be sparse");
    }

    [TestMethod]
    public void ARunThatWasCutOffGoesOnToTheSameModel()
    {
        CutOff();
        using var whole = Train(Pangrams, Brief(1));
        using var resumed = Train(Pangrams, Kept());
        Assert.AreEqual(4, resumed.History[0].Epoch);
        Assert.IsTrue(SameWeights(whole, resumed));
        Assert.IsEmpty(Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void ARunWithOtherTrainingOptions_DoesNotTakeTheCheckpoint()
    {
        CutOff();
        var other = Kept();
        other.Training.LearningRate *= 2;
        using var begun = Train(Pangrams, other);
        Assert.AreEqual(1, begun.History[0].Epoch);
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    private LanguageModelOptions Kept()
    {
        var options = Brief(1);
        options.Training.CheckpointDirectory = _folder;
        return options;
    }

    // In its third epoch.
    private void CutOff()
    {
        using var source = new CancellationTokenSource();
        var cut = Kept();
        cut.Training.CancellationToken = source.Token;
        cut.Training.Progress = new Told(progress =>
        {
            if (progress.Epoch == 3)
            {
                source.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => Train(Pangrams, cut));
    }

    [TestMethod]
    public void Divergence_IsAnErrorThatSaysWhatToLower()
    {
        var options = new LanguageModelOptions
        {
            Transformer = Tiny with { Norm = TransformerNorm.None, MlpWidth = 0 },
            Training = { Epochs = 50, Seed = 1, LearningRate = 10, GradientClip = 0, Optimizer = OptimizerKind.Momentum,
                WarmupFraction = 0 },
        };
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Train(Pangrams, options)).Message, "Training.LearningRate");
    }

    [TestMethod]
    public void Save_PutsModelAndTokenizerIntoOneFolder()
    {
        using var trained = Train(Pangrams, Brief(1));
        trained.Save(_folder);
        using var model = TransformerModel.Load(_folder);
        var batch = TransformerTokenizer.Load(_folder).EncodeAll(["jumps", "the"]);
        using var expected = trained.Model.Run(trained.Tokenizer.EncodeAll(["jumps", "the"]), HookKind.LastLogits);
        using var logits = model.Run(batch, HookKind.LastLogits);
        Assert.IsTrue(expected.Equals(logits));
    }

    [TestMethod]
    public void WhatAGivenVocabularyCannotSay_IsAnErrorWithRowAndPart()
    {
        var options = Brief(1);
        options.Tokenizer = TransformerTokenizer.OfCharacters(["a", "b"]);
        var message = Assert.ThrowsExactly<InvalidDataException>(() => Train(["ab", "", "abca"], options)).Message;
        StringAssert.Contains(message, "Column 'Text', row 2: ");
        StringAssert.Contains(message, "'c'");
    }

    [TestMethod]
    public void WordsNotBetweenSingleSpaces_AreAnErrorWithTheRow()
    {
        var options = Brief(1);
        options.Tokens = LanguageModelTokens.Words;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Train(["a b", "a  b"], options)).Message, "row 1: a space");
    }

    [TestMethod]
    public void RowsWithoutText_AreLeftOutAndCounted()
    {
        using var without = Train(Pangrams, Brief(1));
        using var with = Train([.. Pangrams, "", null], Brief(1));
        Assert.AreEqual(0, without.SkippedRows);
        Assert.AreEqual(2, with.SkippedRows);
        Assert.IsTrue(SameWeights(without, with));
    }

    [TestMethod]
    public void TextsThatTeachNothing_AreAnError()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Train(["", "a", "b"], Brief(1))).Message, "2 texts in 3 rows");
        var kept = Brief(1);
        kept.Training.ValidationFraction = 1e-6;
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Train(Pangrams, kept)).Message, "Training.ValidationFraction");
    }

    [TestMethod]
    public void ColumnsOfAnotherKind_AreAnError()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable([new Numbered { Text = 1 }]);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.Model.TrainLanguageModel(data)).Message, "must be a text");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.Model.TrainLanguageModel(data, "Words")).Message, "'Words'");
    }

    [TestMethod]
    public void OptionsThatAreNoLanguageModels_AreAllNamed()
    {
        var options = new LanguageModelOptions
        {
            Transformer = Tiny with { Causal = false, Outputs = 3, Vocabulary = 5, Layers = 0 },
            Tokenizer = TransformerTokenizer.OfCharacters(["a"]),
            FirstSymbol = "<s>",
            LastSymbol = "",
            Training = { LearningRate = 0 },
        };
        var message = Assert.ThrowsExactly<ArgumentException>(() => Train(Pangrams, options)).Message;
        foreach (var part in new[] { "Causal", "Outputs", "Vocabulary", "Layers", "Tokenizer", "LastSymbol is empty",
            "Training.LearningRate" })
        {
            StringAssert.Contains(message, part);
        }
    }

    private static LanguageModelOptions Brief(int seed) => new() { Transformer = Tiny, Training = { Epochs = 5, Seed = seed } };

    // Of unequal lengths, so that no fixed distance shows where to attend.
    private static string Repeated(Random random)
    {
        var text = RandomText(random, random.Next(4, 25));
        return text + text;
    }

    private static string RandomText(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(Letters))));

    // The mean loss of the tokens at these places.
    private static double Loss(Tensor logits, TokenBatch batch, int from, int to) => Enumerable.Range(0, batch.Rows)
        .SelectMany(row => Enumerable.Range(from, to - from).Select(t => (row, t)))
        .Average(at => -logits[at.row, at.t - 1].log_softmax(-1)[batch[at.row, at.t]].Item<float>());

    private static bool SameWeights(LanguageModel one, LanguageModel other) => one.Model.WeightNames.All(name =>
    {
        using Tensor left = one.Model.Weight(name), right = other.Model.Weight(name);
        return left.Equals(right);
    });

    private static LanguageModel Train(IEnumerable<string?> texts, LanguageModelOptions? options = null)
    {
        var ml = new MLContext(1);
        return ml.Model.TrainLanguageModel(
            ml.Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text }).ToArray()), options: options);
    }

    private sealed class Row
    {
        public string? Text { get; set; }
    }

    private sealed class Numbered
    {
        public float Text { get; set; }
    }

    private sealed class Told(Action<TrainingProgress> act) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => act(value);
    }
}
