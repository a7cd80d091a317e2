using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders.Index;

[TestClass]
public sealed class DenseIndexTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(100)]
    [DataRow(384)]
    public void Search_EqualsSortingAll(int dimensions)
    {
        var random = new Random(4);
        // More than two blocks, a third of them removed again.
        var vectors = Enumerable.Range(0, 2500).ToDictionary(id => $"d{id}", _ => Vector(random, dimensions));
        using var index = new DenseIndex(dimensions);
        foreach (var (id, vector) in vectors)
        {
            index.Add(id, vector);
        }
        foreach (var id in vectors.Keys.Where((_, place) => place % 3 == 0).ToArray())
        {
            Assert.IsTrue(index.Remove(id));
            Assert.IsFalse(index.Remove(id));
            vectors.Remove(id);
        }
        Assert.AreEqual(vectors.Count, index.Count);
        foreach (var top in new[] { 1, 10, 5000 })
        {
            var query = Vector(random, dimensions);
            var found = index.Search(query, top);
            Assert.HasCount(Math.Min(top, vectors.Count), found);
            var expected = vectors.Select(pair => Cosine(pair.Value, query)).OrderDescending().ToArray();
            for (var place = 0; place < found.Count; place++)
            {
                Assert.AreEqual(expected[place], found[place].Score, 1e-5);
                Assert.AreEqual(Cosine(vectors[found[place].Id], query), found[place].Score, 1e-5);
            }
            CollectionAssert.AllItemsAreUnique(found.Select(match => match.Id).ToArray());
        }
    }

    [TestMethod]
    public void EqualScores_StandByName()
    {
        using var index = new DenseIndex(2);
        foreach (var id in new[] { "c", "a", "B", "d", "e" })
        {
            index.Add(id, id == "d" ? [1, 1] : [2, 0]);
        }
        CollectionAssert.AreEqual(new[] { "B", "a", "c" }, index.Search([5, 0], 3).Select(match => match.Id).ToArray());
    }

    [TestMethod]
    public void Empty_FindsNothing()
    {
        using var index = new DenseIndex(2);
        Assert.IsEmpty(index.Search([1, 0], 5));
        index.Add("a", [1, 0]);
        Assert.IsTrue(index.Remove("a"));
        Assert.IsEmpty(index.Search([1, 0], 5));
        index.Add("a", [0, 1]);
        Assert.AreEqual(0, index.Search([1, 0], 5)[0].Score);
    }

    [TestMethod]
    public void Vector_ThatHasNoDirectionIsRefused()
    {
        using var index = new DenseIndex(2);
        Assert.Contains("'a' has 3 numbers", Assert.ThrowsExactly<ArgumentException>(() => index.Add("a", [1, 2, 3])).Message);
        Assert.Contains("only zeros", Assert.ThrowsExactly<ArgumentException>(() => index.Add("a", [0, 0])).Message);
        Assert.Contains("NaN", Assert.ThrowsExactly<ArgumentException>(() => index.Add("a", [1, float.NaN])).Message);
        Assert.Contains("infinite", Assert.ThrowsExactly<ArgumentException>(() => index.Search([1, float.PositiveInfinity], 1)).Message);
        index.Add("a", [1, 0]);
        Assert.Contains("'a' already", Assert.ThrowsExactly<ArgumentException>(() => index.Add("a", [1, 0])).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => index.Search([1, 0], 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DenseIndex(0));
        Assert.AreEqual(1, index.Count);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void Saved_IsReadAgain(int count)
    {
        var random = new Random(4);
        using var index = new DenseIndex(5, "encoder");
        for (var id = 0; id < count; id++)
        {
            index.Add($"\u4E2D {id}", Vector(random, 5));
        }
        using var file = new TempFile("");
        index.Save(file.Path);
        using var loaded = DenseIndex.Load(file.Path, "encoder");
        Assert.AreEqual(("encoder", 5, count), (loaded.Model, loaded.Dimensions, loaded.Count));
        var query = Vector(random, 5);
        CollectionAssert.AreEqual(index.Search(query, 9).ToArray(), loaded.Search(query, 9).ToArray());
        Assert.Contains("'encoder', not by 'other'",
            Assert.ThrowsExactly<FormatException>(() => DenseIndex.Load(file.Path, "other")).Message);
    }

    [TestMethod]
    public void File_ChangedAnywhereIsRefused()
    {
        using var index = new DenseIndex(2);
        index.Add("a", [1, 0]);
        using var file = new TempFile("");
        index.Save(file.Path);
        var bytes = File.ReadAllBytes(file.Path);
        for (var place = 0; place < bytes.Length; place++)
        {
            using var changed = new TempFile([.. bytes[..place], (byte)(bytes[place] ^ 1), .. bytes[(place + 1)..]]);
            Assert.ThrowsExactly<FormatException>(() => DenseIndex.Load(changed.Path));
        }
        using var cut = new TempFile(bytes[..^1]);
        Assert.ThrowsExactly<FormatException>(() => DenseIndex.Load(cut.Path));
    }

    [TestMethod]
    public void Threads_SearchWhileOthersChange()
    {
        var random = new Random(4);
        var vectors = Enumerable.Range(0, 3000).Select(_ => Vector(random, 16)).ToArray();
        using var index = new DenseIndex(16);
        for (var id = 0; id < 1000; id++)
        {
            index.Add($"kept{id}", vectors[id]);
        }
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, step =>
        {
            index.Add($"new{step}", vectors[1000 + step]);
            Assert.IsTrue(index.Search(vectors[step % 1000], 3).Any(match => match.Id == $"kept{step % 1000}"));
            Assert.IsTrue(index.Remove($"new{step}"));
        });
        Assert.AreEqual(1000, index.Count);
    }

    private static float[] Vector(Random random, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => (float)(random.NextDouble() - 0.5))];

    private static double Cosine(float[] one, float[] other) =>
        one.Zip(other, (a, b) => (double)a * b).Sum() / Math.Sqrt(one.Sum(a => (double)a * a) * other.Sum(b => (double)b * b));

    // Rows are kept in blocks, which one long vector must not pay for.
    [TestMethod]
    public void OneLongVector_TakesNoMoreThanItIsLong()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (var index = new DenseIndex(1 << 16))
            {
                index.Add("long", [.. Enumerable.Repeat(1f, 1 << 16)]);
                index.Save(path);
            }
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var loaded = DenseIndex.Load(path);
            Assert.IsLessThan(16 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.AreEqual(1, loaded.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void WhatIsNoIndex_IsRefusedByItsPath()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            foreach (var bytes in new byte[][] { [], [1, 2, 3], [.. "MLXDENS1"u8, .. new byte[40]] })
            {
                File.WriteAllBytes(path, bytes);
                Assert.Contains(path, Assert.ThrowsExactly<FormatException>(() => DenseIndex.Load(path)).Message);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
