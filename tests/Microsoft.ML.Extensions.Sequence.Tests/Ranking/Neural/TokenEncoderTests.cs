using Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests;

/// <summary>Rankers that read with a frozen encoder.</summary>
[TestClass]
public sealed class TokenEncoderTests
{
    private static IEnumerable<object[]> Architectures => Enum.GetValues<RankingArchitecture>()
        .Where(architecture => architecture is not (RankingArchitecture.Dssm or RankingArchitecture.Cdssm))
        .Select(architecture => new object[] { architecture });

    [TestMethod]
    public void Vectors_AreThoseOfTheEncoder_WhateverIsBesideThem()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        using var frozen = new FrozenEncoder(encoder.Rent(), TokenVectorCache.ForScoring());
        using var scope = NewDisposeScope();
        var texts = new[] { "wing flow", "wings flow heat", "", "heat wing" };
        var batch = Batch(encoder, frozen, texts[0], texts[1..]);
        var expected = encoder.EncodeTokens(texts).SelectMany(
            text => text.Tokens.Count == 0 ? new float[BertFolder.Width] : text.Values.ToArray());
        var vectors = batch.Vectors!.data<float>().ToArray();
        Assert.IsTrue(vectors[..BertFolder.Width].All(value => value == 0), "padding");
        foreach (var (one, other) in vectors[BertFolder.Width..].Zip(expected, (one, other) => (one, other)))
        {
            Assert.AreEqual(other, one, 1e-5f);
        }
        var fewer = Batch(encoder, frozen, texts[0], texts[1..3]).Vectors!.data<float>().ToArray();
        CollectionAssert.AreEqual(vectors[..^(2 * BertFolder.Width)], fewer, "to the bit");
    }

    [TestMethod]
    public void EqualPieces_MatchExactly_AndUnknownWordsNothing()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        using var frozen = new FrozenEncoder(encoder.Rent(), TokenVectorCache.ForScoring());
        using var scope = NewDisposeScope();
        var batch = Batch(encoder, frozen, "wings \u0416 heat", ["wing \u0416", "", "heat wings"]);
        // The query's terms are wing, ##s, an unknown one, heat.
        var matches = batch.Exact().sum(2).data<float>().ToArray();
        CollectionAssert.AreEqual(new float[] { 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1 }, matches);
    }

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void EveryArchitecture_ScoresTheSameAfterLoading_WithoutTheEncoder(RankingArchitecture architecture)
    {
        var ml = new MLContext(1);
        using var folder = new BertFolder();
        var encoder = folder.Load();
        var data = EncoderRankings.Data(ml, 8);
        using var model = ml.Ranking.Trainers.NeuralRanking(Options(encoder, architecture)).Fit(data);
        encoder.Dispose();
        var scores = EncoderRankings.Scores(ml, model, data);
        Assert.IsTrue(scores.All(float.IsFinite));
        Assert.IsGreaterThan(1e-6f, scores.Max() - scores.Min());

        var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var loaded = ml.Model.Load(file, out _);
        CollectionAssert.AreEqual(scores, EncoderRankings.Scores(ml, loaded, data), "loaded");
        var turned = ml.Data.LoadFromEnumerable(EncoderRankings.Rows(8).Reverse());
        var reversed = EncoderRankings.Scores(ml, model, turned).Reverse().ToArray();
        for (var row = 0; row < scores.Length; row++)
        {
            Assert.AreEqual(scores[row], reversed[row], 1e-4f, $"row {row}, in another order");
        }
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void TheEncoderIsNotTrained_AndAnotherOneGivesOtherScores()
    {
        var ml = new MLContext(1);
        using var folder = new BertFolder();
        using var other = new BertFolder(seed: 2);
        using var encoder = folder.Load();
        using var another = other.Load();
        var before = encoder.Encode("wing flow");
        var data = EncoderRankings.Data(ml, 8);
        using var model = ml.Ranking.Trainers.NeuralRanking(Options(encoder, RankingArchitecture.KNrm)).Fit(data);
        CollectionAssert.AreEqual(before, encoder.Encode("wing flow"));
        using var second = ml.Ranking.Trainers.NeuralRanking(Options(another, RankingArchitecture.KNrm)).Fit(data);
        CollectionAssert.AreNotEqual(EncoderRankings.Scores(ml, model, data), EncoderRankings.Scores(ml, second, data));
    }

    [TestMethod]
    public void ARunThatGoesOnFromItsCheckpoint_GivesTheSameModel()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        EncoderRankings.AssertGoesOn(() => Options(encoder, RankingArchitecture.ConvKnrm));
    }

    [TestMethod]
    public void ATextIsComputedOnce_UpToTheBudget()
    {
        var computed = 0;
        var cache = new TokenVectorCache(2 * 6 * sizeof(float), () => { });
        float[] Get(params int[] tokens) => cache.Get(tokens, ids =>
        {
            computed++;
            return [.. ids.SelectMany(id => new float[] { id, id })];
        });
        foreach (var _ in Enumerable.Range(0, 3))
        {
            CollectionAssert.AreEqual(new float[] { 1, 1 }, Get(1));
            CollectionAssert.AreEqual(new float[] { 70000, 70000 }, Get(70000));
        }
        Assert.AreEqual((2, 2), (computed, cache.Count));
        Get(1, 2, 3);
        Get(1, 2, 3);
        Assert.AreEqual((4, 2), (computed, cache.Count), "what is beyond the budget is computed again");
        var cancelled = new TokenVectorCache(1, () => throw new OperationCanceledException());
        Assert.ThrowsExactly<OperationCanceledException>(() => cancelled.Get([1], _ => []));
        cancelled.EndFit();
        cancelled.Get([1], _ => []);
    }

    [TestMethod]
    public void AfterAFit_TheLastTextsStay()
    {
        var computed = new List<int>();
        var cache = new TokenVectorCache(long.MaxValue, () => { }, 2 * 2 * sizeof(float));
        float[] Get(int token) => cache.Get([token], ids =>
        {
            computed.Add(ids[0]);
            return [ids[0]];
        });
        Get(1);
        Get(2);
        Get(3);
        cache.EndFit();
        Assert.AreEqual(0, cache.Count);
        computed.Clear();
        foreach (var token in new[] { 1, 2, 1, 3, 2, 1 })
        {
            CollectionAssert.AreEqual(new float[] { token }, Get(token));
        }
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 1 }, computed, "3 replaces 1, the oldest, and 1 then 2");
        Assert.AreEqual(2, cache.Count);
        cache.Get([9], _ => new float[100]);
        Assert.AreEqual(0, cache.Count, "a text that is too large by itself does not stay");
    }

    [TestMethod]
    public void TextsBeyondTheEncodersLength_AreTruncated()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        using var lease = encoder.Rent();
        var reader = new PieceReader(lease.Use(model => model.Description));
        var text = string.Join(' ', Enumerable.Repeat("wing", 40));
        Assert.HasCount(BertFolder.Positions - 2, reader.Read(text, 100));
        Assert.HasCount(3, reader.Read(text, 3));
        Assert.IsEmpty(reader.Read("", 3));
    }

    [TestMethod]
    [DataRow("Architecture is Dssm, which reads words by their letters", RankingArchitecture.Dssm, false, "")]
    [DataRow("LearnTermVectors is true and TokenEncoder is given", RankingArchitecture.KNrm, true, "")]
    [DataRow("TokenEncoder puts 'wing: ' before every text", RankingArchitecture.KNrm, false, "wing: ")]
    public void WhatAnEncoderCannotDo_IsRefused(string fragment, RankingArchitecture architecture, bool learns, string prompt)
    {
        using var folder = new BertFolder();
        if (prompt.Length > 0)
        {
            folder.Write("config_sentence_transformers.json", $$"""{"prompts": {"p": "{{prompt}}"}, "default_prompt_name": "p"}""");
        }
        using var encoder = folder.Load();
        var options = Options(encoder, architecture);
        options.LearnTermVectors = learns;
        var refused = Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).Ranking.Trainers.NeuralRanking(options));
        StringAssert.Contains(refused.Message, fragment);
    }

    [TestMethod]
    public void MiniLm_GivesItsVectors_AndIsInTheFile()
    {
        var ml = new MLContext(1);
        using var encoder = TextEncoder.Load(MiniLm.Folder);
        var data = EncoderRankings.Data(ml, 3);
        using var model = ml.Ranking.Trainers.NeuralRanking(Options(encoder, RankingArchitecture.KNrm)).Fit(data);
        var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        using var loaded = (IDisposable)ml.Model.Load(file, out _);
        CollectionAssert.AreEqual(EncoderRankings.Scores(ml, model, data), EncoderRankings.Scores(ml, (ITransformer)loaded, data));
    }

    private static PairBatch Batch(TextEncoder encoder, FrozenEncoder frozen, string query, string[] documents)
    {
        using var lease = encoder.Rent();
        var terms = new TermVocabularyBuilder();
        terms.Add(["wing", "##s", "flow"]);
        var vocabulary = terms.Build();
        var coder = new PairCoder(
            new TextAnalyzer(), vocabulary, null, new PairLimits(8, 8), new PieceReader(lease.Use(model => model.Description)));
        coder.Begin(query);
        Array.ForEach(documents, document => coder.Add(document, []));
        return PairBatch.Of(coder.Values, 1, new PairFormat(vocabulary.Count, 0, false, HasPieces: true), null, CPU, frozen);
    }

    private static NeuralRankingOptions Options(TextEncoder encoder, RankingArchitecture architecture)
    {
        var options = new NeuralRankingOptions
        {
            TokenEncoder = encoder,
            Architecture = architecture,
            HiddenSize = 8,
            Filters = 3,
            MaxQueryTerms = 4,
            MaxDocumentTerms = 10,
        };
        (options.Training.Epochs, options.Training.BatchSize, options.Training.Seed) = (2, 4, 1);
        return options;
    }
}
