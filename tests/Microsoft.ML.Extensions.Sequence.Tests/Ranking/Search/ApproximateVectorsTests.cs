using Microsoft.Extensions.AI;
using Microsoft.ML.Extensions.Benchmarks;

namespace Microsoft.ML.Extensions.Sequence.Tests;

/// <summary>Rankers with an approximate index above a size, by Cloud.Unum.USearch and by an index that records its calls.</summary>
[TestClass]
public sealed class ApproximateVectorsTests
{
    private const int Above = 20;

    private readonly MLContext _ml = new(1);
    private readonly Points _encoder = new();

    [TestMethod]
    public void UpToTheSize_SearchIsExact_AndAboveItIsProposed()
    {
        var created = new List<Recorded>();
        using var ranker = Empty(dimensions => Add(created, new Recorded(dimensions)));
        Fill(ranker, 0, Above);
        ranker.Rank("7");
        Assert.IsEmpty(created);
        Fill(ranker, Above, Above + 5);
        Assert.AreEqual("7", ranker.Rank("7", 3)[0].Id);
        Assert.AreEqual((1, Above + 5, 1), (created.Count, created[0].Count, created[0].Searches));
        for (var id = 0; id < 15; id++)
        {
            Assert.IsTrue(ranker.Remove($"{id}"));
        }
        Assert.IsTrue(created[0].IsDisposed, "at half of the size it is exact again");
        Assert.AreEqual("16", ranker.Rank("16", 3)[0].Id);
        Assert.AreEqual(1, created[0].Searches);
    }

    [TestMethod]
    public void USearch_FindsWhatTheExactIndexFinds_AfterRemovals_AndAfterLoading()
    {
        using var exact = Empty(null);
        using var ranker = Empty(dimensions => new USearchIndexAdapter(dimensions));
        Fill(exact, 0, 200);
        Fill(ranker, 0, 200);
        Check(exact, ranker);
        for (var id = 0; id < 200; id += 3)
        {
            Assert.IsTrue(exact.Remove($"{id}") && ranker.Remove($"{id}"));
        }
        Check(exact, ranker);
        var path = Path.GetTempFileName();
        try
        {
            ranker.Save(path);
            using var loaded = _ml.Ranking.LoadRanker(
                path, encoder: _encoder, approximateIndex: dimensions => new USearchIndexAdapter(dimensions));
            Check(exact, loaded);
            Assert.IsTrue(exact.Remove("1") && loaded.Remove("1"));
            Check(exact, loaded);
            using var without = _ml.Ranking.LoadRanker(path, encoder: _encoder);
            Assert.AreEqual(loaded.Count + 1, without.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void ALoadedRanker_HasTheIndexAtOnce()
    {
        using var ranker = Empty(dimensions => new Recorded(dimensions));
        Fill(ranker, 0, 30);
        var path = Path.GetTempFileName();
        try
        {
            ranker.Save(path);
            var created = new List<Recorded>();
            using var loaded = _ml.Ranking.LoadRanker(
                path, encoder: _encoder, approximateIndex: dimensions => Add(created, new Recorded(dimensions)));
            Assert.AreEqual(30, created[0].Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void IndexesThatCannotBe_AreRefused_AndTheDocumentIsNotAdded()
    {
        Refused("vectors of 3 numbers", () => new Recorded(3));
        Refused("created no index", () => null!);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => _ml.Ranking.CreateRanker(new() { ApproximateIndex = dimensions => new Recorded(dimensions) })).Message,
            "Encoder is null");
        using var stale = Empty(dimensions => new Recorded(dimensions) { Forgets = false });
        Fill(stale, 0, 30);
        stale.Remove("7");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => stale.Rank("7")).Message, "found '7'");

        void Refused(string fragment, Func<IVectorIndex> create)
        {
            using var ranker = Empty(_ => create());
            Fill(ranker, 0, Above);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => ranker.Add("20", "20")).Message, fragment);
            Assert.AreEqual(Above, ranker.Count);
            Assert.AreEqual("7", ranker.Rank("7", 3)[0].Id);
        }
    }

    private static Recorded Add(List<Recorded> created, Recorded index)
    {
        created.Add(index);
        return index;
    }

    private static void Check(Ranker exact, Ranker other)
    {
        for (var query = 0; query < 200; query += 7)
        {
            CollectionAssert.AreEqual(exact.Rank($"{query}", 5).ToArray(), other.Rank($"{query}", 5).ToArray(), $"query {query}");
        }
    }

    private static void Fill(Ranker ranker, int first, int end)
    {
        for (var id = first; id < end; id++)
        {
            ranker.Add($"{id}", $"{id}");
        }
    }

    private Ranker Empty(Func<int, IVectorIndex>? approximate) => _ml.Ranking.CreateRanker(
        new() { Encoder = _encoder, VectorWeight = 1, Depth = 5, ApproximateIndex = approximate, ApproximateAbove = Above });

    /// <summary>A number is a point of a circle.</summary>
    private sealed class Points : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(value =>
                int.TryParse(value, out var number) ? new Embedding<float>(new float[] { MathF.Sin(number / 40f), MathF.Cos(number / 40f) })
                : new Embedding<float>(new float[] { 1, 0 }))));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class Recorded(int dimensions) : IVectorIndex, IDisposable
    {
        private readonly DenseIndex _index = new(dimensions);

        public bool Forgets { get; init; } = true;

        public bool IsDisposed { get; private set; }

        public int Searches { get; private set; }

        public int Dimensions => _index.Dimensions;

        public int Count => _index.Count;

        public void Add(string id, ReadOnlySpan<float> vector) => _index.Add(id, vector);

        public bool Remove(string id) => Forgets && _index.Remove(id);

        public IReadOnlyList<VectorMatch> Search(ReadOnlySpan<float> query, int top)
        {
            Searches++;
            return _index.Search(query, top);
        }

        public void Dispose()
        {
            IsDisposed = true;
            _index.Dispose();
        }
    }
}
