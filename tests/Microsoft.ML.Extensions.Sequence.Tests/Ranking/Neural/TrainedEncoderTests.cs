using Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests;

/// <summary>Rankers that train the encoder they read with.</summary>
[TestClass]
public sealed class TrainedEncoderTests
{
    private static IEnumerable<object[]> Architectures =>
        new[] { RankingArchitecture.KNrm, RankingArchitecture.LateInteraction, RankingArchitecture.MvLstm, RankingArchitecture.CrossEncoder }
            .Select(architecture => new object[] { architecture });

    [TestMethod]
    public void Vectors_BeginAsTheEncoders()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        using var lease = encoder.Rent();
        using var frozen = new FrozenEncoder(encoder.Rent(), TokenVectorCache.ForScoring());
        using var scope = NewDisposeScope();
        using var trained = lease.Use(model => TrainedEncoder.Of(model, 1));
        // A text twice, one without tokens, and lengths that differ.
        int[][] texts = [[8, 10], [9, 8, 10, 12, 5], [PieceReader.None], [8, 10], [12]];
        var expected = frozen.Vectors(texts).data<float>().ToArray();
        trained.eval();
        CollectionAssert.AreEqual(expected, trained.Vectors(texts).data<float>().ToArray(), "each by itself");
        trained.train();
        foreach (var (one, other) in trained.Vectors(texts).data<float>().ToArray().Zip(expected))
        {
            Assert.AreEqual(other, one, 1e-4f, "together");
        }
    }

    [TestMethod]
    public void APair_IsOneSequenceOfTwoSegments()
    {
        using var folder = new BertFolder();
        folder.Write("1_Pooling/config.json", """{"word_embedding_dimension": 12, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""");
        folder.Write("modules.json", """[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]""");
        var segments = folder.Weights["embeddings.token_type_embeddings.weight"].Values;
        var second = segments[BertFolder.Width..].ToArray();
        segments.AsSpan(0, BertFolder.Width).CopyTo(segments.AsSpan(BertFolder.Width));
        using var same = folder.Load();
        var ofSame = Pairs(same, out var expected);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], ofSame[i], 1e-5f, "with equal segments, as any sequence");
        }
        second.CopyTo(segments, BertFolder.Width);
        using var other = folder.Load();
        Assert.IsGreaterThan(1e-3f, Pairs(other, out _).Zip(ofSame, (one, two) => MathF.Abs(one - two)).Max(), "segments count");

        // The [CLS] of the encoder on the whole sequence, which ends at its positions.
        static float[] Pairs(TextEncoder encoder, out float[] expected)
        {
            using var lease = encoder.Rent();
            int[] longText = [.. Enumerable.Repeat(8, 30)];
            expected = lease.Use(model => model.Encode(
                [[2, 8, 10, 3, 9, 12, 3], [2, 8, 3, .. longText[..(BertFolder.Positions - 4)], 3], [2, 8, 3, 3]], default).SelectMany(vector => vector).ToArray());
            using var scope = NewDisposeScope();
            using var trained = lease.Use(model => TrainedEncoder.Of(model, 1));
            trained.eval();
            return trained.OfPairs([([8, 10], [9, 12]), ([8], longText), ([8], [PieceReader.None])]).data<float>().ToArray();
        }
    }

    [TestMethod]
    public void Gradients_ReachEveryWeight()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        using var lease = encoder.Rent();
        using var scope = NewDisposeScope();
        using var trained = lease.Use(model => TrainedEncoder.Of(model, 1));
        trained.train();
        trained.Vectors([[8, 10, 9], [9]]).Squared().sum().backward();
        var pairs = trained.OfPairs([([8, 10], [9, 12]), ([8], [12])]);
        (pairs * pairs * pairs).sum().backward();
        foreach (var (name, weight) in trained.named_parameters())
        {
            Assert.IsNotNull(weight.grad, name);
            Assert.IsTrue(weight.grad.abs().sum().Item<float>() > 0, name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void TheRankerTrainsACopy_WhichIsInItsFile(RankingArchitecture architecture)
    {
        var ml = new MLContext(1);
        using var folder = new BertFolder();
        var encoder = folder.Load();
        var before = encoder.Encode("wing flow");
        var data = EncoderRankings.Data(ml, 8);
        using var model = ml.Ranking.Trainers.NeuralRanking(Options(encoder, architecture, 1e-2)).Fit(data);
        using var slow = ml.Ranking.Trainers.NeuralRanking(Options(encoder, architecture, 1e-8)).Fit(data);
        CollectionAssert.AreEqual(before, encoder.Encode("wing flow"), "the encoder that was given stays as it is");
        encoder.Dispose();
        var scores = EncoderRankings.Scores(ml, model, data);
        Assert.IsTrue(scores.All(float.IsFinite));
        Assert.IsGreaterThan(1e-3f, scores.Zip(EncoderRankings.Scores(ml, slow, data), (one, other) => MathF.Abs(one - other)).Max(), "the rate of the encoder counts");

        var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var loaded = ml.Model.Load(file, out _);
        CollectionAssert.AreEqual(scores, EncoderRankings.Scores(ml, loaded, data), "loaded");
        (loaded as IDisposable)?.Dispose();
        var part = EncoderRankings.Scores(ml, model, ml.Data.TakeRows(data, 3));
        for (var row = 0; row < part.Length; row++)
        {
            Assert.AreEqual(scores[row], part[row], 1e-4f, "without the other rows");
        }
    }

    [TestMethod]
    public void ARunThatGoesOnFromItsCheckpoint_GivesTheSameModel()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        EncoderRankings.AssertGoesOn(() => Options(encoder, RankingArchitecture.CrossEncoder, 1e-3));
    }

    [TestMethod]
    public void WithoutAnEncoder_ItIsRefused()
    {
        var refused = Assert.ThrowsExactly<ArgumentException>(
            () => new MLContext(1).Ranking.Trainers.NeuralRanking(new NeuralRankingOptions { TrainTokenEncoder = true }));
        StringAssert.Contains(refused.Message, "TokenEncoder is null; give the encoder to train");
    }

    private static NeuralRankingOptions Options(TextEncoder encoder, RankingArchitecture architecture, double rate)
    {
        var options = new NeuralRankingOptions
        {
            TokenEncoder = encoder,
            TrainTokenEncoder = true,
            TokenEncoderLearningRate = rate,
            Architecture = architecture,
            HiddenSize = 8,
            MaxQueryTerms = 4,
            MaxDocumentTerms = 10,
        };
        (options.Training.Epochs, options.Training.BatchSize, options.Training.Seed) = (2, 4, 1);
        return options;
    }
}
