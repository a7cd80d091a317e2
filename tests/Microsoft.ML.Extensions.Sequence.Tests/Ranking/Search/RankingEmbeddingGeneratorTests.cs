using Microsoft.Extensions.AI;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests;

/// <summary>The vectors of a trained ranker's texts.</summary>
[TestClass]
public sealed class RankingEmbeddingGeneratorTests
{
    private static readonly string[] s_texts = ["amber birch", "birch cedar dune", "ember", "fjord amber cedar", "unheard", "dune dune"];

    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(RankingArchitecture.Dssm, 1)]
    [DataRow(RankingArchitecture.Cdssm, 1)]
    [DataRow(RankingArchitecture.Dssm, 3)]
    public async Task Cosines_AreTheModelsScores_ByOneFactor(RankingArchitecture architecture, int size)
    {
        using var model = Model(architecture, options => options.EnsembleSize = size);
        SetFactors(model);
        using var queries = model.CreateEmbeddingGenerator(ofQueries: true);
        using var documents = model.CreateEmbeddingGenerator();
        var (left, right) = (await Vectors(queries, s_texts), await Vectors(documents, s_texts));
        Assert.IsTrue(left.All(vector => vector.Length == 6 * size));
        var metadata = (EmbeddingGeneratorMetadata)queries.GetService(typeof(EmbeddingGeneratorMetadata))!;
        Assert.AreEqual(6 * size, metadata.DefaultModelDimensions);
        var scorer = ModelScorer.Of(model);
        var ratios = new List<float>();
        for (var query = 0; query < s_texts.Length; query++)
        {
            Assert.AreEqual(1, Dot(left[query], left[query]), 1e-5f);
            var scores = scorer.Score(s_texts[query], s_texts);
            ratios.AddRange(scores.Select((score, document) => score / Dot(left[query], right[document])));
        }
        Assert.IsGreaterThan(1, ratios.Min());
        Assert.AreEqual(ratios.Min(), ratios.Max(), 1e-3f * ratios.Max());
    }

    [TestMethod]
    public async Task QueriesAreTruncatedAsQueries_AndDocumentsAsDocuments()
    {
        using var model = Model(RankingArchitecture.Dssm);
        using var queries = model.CreateEmbeddingGenerator(ofQueries: true);
        using var documents = model.CreateEmbeddingGenerator();
        string[] texts = ["amber birch cedar dune", "amber birch cedar dune ember fjord"];
        var ofQueries = await Vectors(queries, texts);
        Assert.AreEqual(1, Dot(ofQueries[0], ofQueries[1]), 1e-5f, "four terms of a query are read");
        var ofDocuments = await Vectors(documents, texts);
        Assert.IsLessThan(0.9999f, Dot(ofDocuments[0], ofDocuments[1]));
        Assert.AreEqual(1, Dot(ofQueries[0], ofDocuments[0]), 1e-5f);
    }

    [TestMethod]
    public void ARanker_FindsByTheVectors_AndTheFileIsTiedToTheModel()
    {
        using var model = Model(RankingArchitecture.Dssm);
        using var encoder = model.CreateEmbeddingGenerator();
        var path = Path.GetTempFileName();
        try
        {
            using var ranker = _ml.Ranking.CreateRanker(new() { Encoder = encoder, VectorWeight = 1 });
            ranker.Add("one", "ambers");
            ranker.Add("two", "fjord");
            Assert.AreEqual("one", ranker.Rank("amber-like ambers")[0].Id);
            ranker.Save(path);
            using var loaded = _ml.Ranking.LoadRanker(path, encoder: encoder);
            Assert.AreEqual("one", loaded.Rank("amber-like ambers")[0].Id);
            using var another = Model(RankingArchitecture.Dssm, options => options.Training.Seed = 2);
            using var other = another.CreateEmbeddingGenerator();
            var refused = Assert.ThrowsExactly<FormatException>(() => _ml.Ranking.LoadRanker(path, encoder: other));
            StringAssert.Contains(refused.Message, "vectors of the encoder");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public async Task ItOutlivesItsModel_AndManyThreadsUseIt()
    {
        var model = Model(RankingArchitecture.Cdssm);
        var encoder = model.CreateEmbeddingGenerator();
        model.Dispose();
        var expected = await Vectors(encoder, s_texts);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            foreach (var (one, other) in expected.Zip(await Vectors(encoder, s_texts)))
            {
                CollectionAssert.AreEqual(one, other);
            }
        }));
        Assert.IsEmpty(await encoder.GenerateAsync([]));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => encoder.GenerateAsync([null!]));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => encoder.GenerateAsync(["a"], new() { Dimensions = 5 }));
        await Assert.ThrowsAsync<OperationCanceledException>(() => encoder.GenerateAsync(["a"], cancellationToken: new(canceled: true)));
        encoder.Dispose();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => encoder.GenerateAsync(["a"]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.CreateEmbeddingGenerator());
    }

    [TestMethod]
    public void WhatHasNoVectorPerText_IsRefused()
    {
        using var interaction = Model(RankingArchitecture.ArcI);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => interaction.CreateEmbeddingGenerator()).Message, "architecture is ArcI");
        using var numbers = Model(RankingArchitecture.Dssm, options => options.NumberColumnNames = ["Stage"]);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => numbers.CreateEmbeddingGenerator()).Message, "also reads Stage");
    }

    // Factors that differ, as they do after long training.
    private static void SetFactors(NetworkTransformer model)
    {
        using var _ = no_grad();
        using var lease = model.Rent();
        lease.Use(network =>
        {
            var next = 2f;
            foreach (var score in network.modules().OfType<CosineScore>())
            {
                score.Factor.AsSpan()[0] = next *= 3;
            }
            return next;
        });
    }

    private static async Task<float[][]> Vectors(IEmbeddingGenerator<string, Embedding<float>> encoder, string[] texts) =>
        [.. (await encoder.GenerateAsync(texts)).Select(embedding => embedding.Vector.ToArray())];

    private static float Dot(float[] one, float[] other) => one.Zip(other, (left, right) => left * right).Sum();

    private NetworkTransformer Model(RankingArchitecture architecture, Action<NeuralRankingOptions>? change = null)
    {
        var options = new NeuralRankingOptions
        {
            Architecture = architecture,
            EnsembleSize = 1,
            HiddenSize = 6,
            Filters = 3,
            MaxQueryTerms = 4,
            MaxDocumentTerms = 12,
        };
        (options.Training.Epochs, options.Training.Seed) = (2, 1);
        change?.Invoke(options);
        var rows = s_texts.SelectMany((query, group) => s_texts.Select((document, place) => new
        {
            Query = query,
            Document = document,
            Label = group == place ? 1f : 0,
            Stage = group + (0.5f * place),
            Group = query,
        }));
        var view = _ml.Data.LoadFromEnumerable(rows);
        var data = _ml.Transforms.Conversion.MapValueToKey("GroupId", "Group").Fit(view).Transform(view);
        return _ml.Ranking.Trainers.NeuralRanking(options).Fit(data);
    }
}
