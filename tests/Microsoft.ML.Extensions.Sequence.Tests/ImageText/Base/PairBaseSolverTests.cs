using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class PairBaseSolverTests
{
    private const int Rows = 60, Features = 5, Values = 4;
    private static readonly double[] s_penalties = [1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10];

    [TestMethod]
    public void AllDirections_GiveTheCosinesOfRidgeRegression()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (images, texts) = Pairs();
        var solved = Solved(images, texts, Values);
        var found = Cosines(solved.Images(Matrix(images)), solved.Sentences(Matrix(texts)));
        var expected = Reference(Matrix(images).to_type(ScalarType.Float64), Matrix(texts).to_type(ScalarType.Float64));
        Assert.IsLessThan(1e-4, found.Minus(expected).abs().max().Item<double>());
    }

    [TestMethod]
    public void FewDirections_AreThoseThatImagesTell()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        // Two of four numbers of a sentence follow from its image; the other two, which vary more, do not.
        var random = new Random(3);
        var (images, _) = Pairs();
        float[][] texts = [.. images.Select(image =>
            new[] { image[0] + image[1], image[1] - image[2], 3 * Normal(random), 3 * Normal(random) })];
        var solved = Solved(images, texts, 2);
        var vectors = solved.Sentences(Matrix([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]));
        var lengths = vectors.Minus(vectors[4]).norm(1).AsSpan().ToArray();
        Assert.IsGreaterThan(1.5f * Math.Max(lengths[2], lengths[3]), Math.Min(lengths[0], lengths[1]));
    }

    [TestMethod]
    public void OfThousandsOfImages_APartChoosesThePenalty_AndAllAreSolvedFrom()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (images, texts) = Pairs(2100);
        var solved = Solved(images, texts, Values, images.Length);
        var cosines = Cosines(solved.Images(Matrix(images)), solved.Sentences(Matrix(texts)));
        Assert.IsGreaterThan(0.8, cosines.diagonal().mean().Item<double>());
        Assert.IsLessThan(0.1, Math.Abs(cosines.mean().Item<double>()));
    }

    [TestMethod]
    public void AnImageOfTwoSentences_IsOneRow_WithTheirMean()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (images, texts) = Pairs();
        float[][] others = [.. texts.Select(text => text.Select(value => value + 1).ToArray()), .. texts.Select(text => text.Select(value => value - 1).ToArray())];
        var twice = Solved([.. images, .. images], others, Values);
        var once = Solved(images, texts, Values);
        Assert.IsLessThan(1e-4f, twice.Images(Matrix(images)).Minus(once.Images(Matrix(images))).abs().max().Item<float>());
    }

    [TestMethod]
    public void OfTooManyImages_SomeAreDrawn_EachWithAllItsSentences()
    {
        using var scope = NewDisposeScope();
        var (images, texts) = Pairs();
        var store = Store([.. images, .. images], [.. texts, .. texts]);
        var rows = new PairBaseRows(null, Details(Values), 7, new Random(1));
        for (var row = 0; row < store.Count; row++)
        {
            rows.Add(store, row);
        }
        Assert.AreEqual(7, rows.Count);
        var drawn = rows.Images.Select(image => Array.FindIndex(images, other => other.SequenceEqual(image))).ToArray();
        Assert.HasCount(7, drawn.Distinct());
        Assert.IsTrue(drawn.Any(image => image >= 20), "not only the first");
        Assert.IsTrue(rows.Weights().All(weight => weight == 1));
        var sentences = rows.Texts(Values);
        for (var row = 0; row < 7; row++)
        {
            for (var place = 0; place < Values; place++)
            {
                Assert.AreEqual(texts[drawn[row]][place], sentences.Values[(row * Values) + place], 1e-6);
            }
        }
    }

    [TestMethod]
    public void LessMemoryThanTwoImagesTake_IsRefused()
    {
        using var scope = NewDisposeScope();
        var details = new ImageTextDetails(new(100_000, null), new(100_000, null), "Image", "Text", 64);
        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => new PairBaseSolver(new PairBase(details), details, 64, 1, () => { }));
        StringAssert.Contains(refused.Message, "Training.MemoryBudgetMegabytes allows 64");
        StringAssert.Contains(refused.Message, "BaseWeight");
    }

    [TestMethod]
    public void Cancelled_Stops()
    {
        using var scope = NewDisposeScope();
        var (images, texts) = Pairs();
        var solver = new PairBaseSolver(new PairBase(Details(2)), Details(2), 512, 1, () => throw new OperationCanceledException());
        Assert.ThrowsExactly<OperationCanceledException>(() => solver.Add(Store(images, texts), new ArraySegment<int>([0])));
    }

    private static ImageTextDetails Details(int size) => new(new(Features, null), new(Values, null), "Image", "Text", size);

    private static PairBase Solved(float[][] images, float[][] texts, int size, int different = Rows)
    {
        var solved = new PairBase(Details(size));
        var solver = new PairBaseSolver(solved, Details(size), 512, 1, () => { });
        solver.Add(Store(images, texts, different), new ArraySegment<int>([.. Enumerable.Range(0, images.Length)]));
        solver.Solve();
        return solved;
    }

    private static RowStore Store(float[][] images, float[][] texts, int different = Rows)
    {
        var store = new RowStore();
        for (var row = 0; row < images.Length; row++)
        {
            float[] pair = [.. images[row], .. texts[row]];
            store.Add(pair, pair.Length, [row % different, row], 1);
        }
        return store;
    }

    private static (float[][] Images, float[][] Texts) Pairs(int rows = Rows)
    {
        var random = new Random(1);
        float[][] images = [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, Features).Select(place => (1 + place) * (2 + Normal(random))).ToArray())];
        return (images, [.. images.Select(image => Enumerable.Range(0, Values)
            .Select(place => 1 + place + image[place] - (0.5f * image[place + 1]) + Normal(random)).ToArray())]);
    }

    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private static Tensor Matrix(float[][] rows) => rows.SelectMany(row => row).ToArray().ToAligned(rows.Length, rows[0].Length);

    private static Tensor Cosines(Tensor images, Tensor texts) =>
        PairBatch.Unit(images.to_type(ScalarType.Float64)).mm(PairBatch.Unit(texts.to_type(ScalarType.Float64)).t());

    // Every penalty by inverse matrices, and each image left out by a regression without it; the scale of the features is that of all.
    private static Tensor Reference(Tensor images, Tensor texts)
    {
        var features = images.Minus(images.mean([0L]));
        var deviation = features.Squared().mean([0L]).sqrt();
        features /= deviation.Plus(deviation.mean(), 0.01);
        var centred = texts.Minus(texts.mean([0L]));
        var unit = features.Squared().sum().Item<double>() / Rows;
        var best = s_penalties.MinBy(penalty =>
        {
            var leftOut = cat([.. Enumerable.Range(0, Rows).Select(row =>
            {
                long[] others = [.. Enumerable.Range(0, Rows).Where(other => other != row).Select(other => (long)other)];
                var (known, wanted) = (features.index_select(0, tensor(others)), centred.index_select(0, tensor(others)));
                var (mean, level) = (known.mean([0L]), wanted.mean([0L]));
                return features.narrow(0, row, 1).Minus(mean).mm(Ridge(known.Minus(mean), wanted.Minus(level), penalty * unit)).Plus(level);
            })]);
            var cosines = Cosines(leftOut, centred).AsDoubles().ToArray();
            return Enumerable.Range(0, Rows).Sum(own => Math.Log(Enumerable.Range(0, Rows).Count(other => cosines[(own * Rows) + other] >= cosines[(own * Rows) + own]))
                + Math.Log(Enumerable.Range(0, Rows).Count(other => cosines[(other * Rows) + own] >= cosines[(own * Rows) + own])));
        });
        return Cosines(features.mm(Ridge(features, centred, best * unit)), centred);
    }

    private static Tensor Ridge(Tensor features, Tensor targets, double penalty) =>
        features.t().mm(features).Plus(eye(Features, dtype: ScalarType.Float64), penalty).inverse().mm(features.t()).mm(targets);
}
