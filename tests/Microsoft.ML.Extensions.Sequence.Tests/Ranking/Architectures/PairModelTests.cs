using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking;

/// <summary>
/// What holds for every architecture: a score is of its pair alone, every gradient is a number, equal unknown words match.
/// </summary>
[TestClass]
public sealed class PairModelTests
{
    private const string Query = "red lamp zzz";

    private static readonly string[] s_documents =
        ["the red lamp on a table", "a blue chair", "zzz", "",
            "lamp lamp lamp red red zzz yyy the table a chair on the blue table a red lamp", "yyy xxx"];

    private static readonly Texts s_texts = new([.. s_documents.Take(2), "red lamp", "table chair on"], new PairLimits(5, 24));

    private static IEnumerable<object[]> Architectures =>
        Enum.GetValues<RankingArchitecture>().Select(architecture => new object[] { architecture });

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void Score_IsOfThePairAlone_WhateverStandsBesideItOrAfterIt(RankingArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        var model = Model(architecture);
        var alone = s_documents.Select(document => Scores(model, architecture, 0, (Query, [document])).Single()).ToArray();
        var together = Scores(model, architecture, 3, (Query, s_documents));
        var turned = Scores(model, architecture, 0, ("chair", ["a table"]), (Query, [.. s_documents.Reverse()]),
            ("a much longer question of lamp", ["red"]));
        for (var i = 0; i < s_documents.Length; i++)
        {
            Assert.AreEqual(alone[i], together[i], 1e-5, $"{architecture}, together, document {i}");
            Assert.AreEqual(alone[i], turned[1 + s_documents.Length - 1 - i], 1e-5, $"{architecture}, in another order, document {i}");
        }
        Assert.IsGreaterThan(1e-4f, alone.Max() - alone.Min(), $"{architecture} scores all documents alike.");
    }

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void Gradients_AreFinite_AndReachEveryParameter(RankingArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        var model = Model(architecture);
        model.train();
        var scores = model.call(Batch(architecture, 0, (Query, s_documents), ("", ["", "zzz"])));
        (scores * Tensors.Random(2, scores.shape)).sum().backward();
        foreach (var (name, parameter) in model.named_parameters())
        {
            var gradient = parameter.grad?.data<float>().ToArray() ?? [];
            Assert.IsTrue(gradient.All(float.IsFinite), $"{architecture}: {name}");
            Assert.IsTrue(gradient.Any(value => value != 0), $"{architecture}: nothing reaches {name}");
        }
    }

    // By its letters alone, DSSM and CDSSM, no exact match of their own.
    [TestMethod]
    [DataRow(RankingArchitecture.KNrm)]
    [DataRow(RankingArchitecture.Drmm)]
    [DataRow(RankingArchitecture.DrmmTopK)]
    [DataRow(RankingArchitecture.MatchPyramid)]
    [DataRow(RankingArchitecture.Pacrr)]
    [DataRow(RankingArchitecture.Anmm)]
    [DataRow(RankingArchitecture.Duet)]
    [DataRow(RankingArchitecture.CrossEncoder)]
    public void UnknownWords_MatchThemselvesAlone(RankingArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        var model = Model(architecture);
        var scores = Scores(model, architecture, 0, ("zzz", ["zzz", "yyy", "xxx"]), ("qqq", ["qqq", "zzz"]));
        Assert.AreNotEqual(scores[0], scores[1], 1e-6f, "a match and none");
        if (!RankingArchitectureFacts.Of(architecture).SeesLetters)
        {
            Assert.AreEqual(scores[1], scores[2], 1e-6f, "none and none");
            Assert.AreEqual(scores[0], scores[3], 1e-6f, "a match and a match");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void Facts_SayOfParametersWhatIsSo(RankingArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        var facts = RankingArchitectureFacts.Of(architecture);
        var names = Model(architecture).named_parameters().Select(named => named.name).ToArray();
        Assert.AreEqual(facts.LearnsTermVectors, names.Any(name => name.EndsWith("learned", StringComparison.Ordinal)), "term vectors");
        Assert.AreEqual(
            facts.SeesLetters, Model(architecture).modules().Any(module => module is LetterTable), "letters");
    }

    // What stands where decides: a bag of terms would not tell.
    [TestMethod]
    public void CrossEncoder_DependsOnTheOrderOfTerms_AndOnWhichTextIsTheQuery()
    {
        using var scope = NewDisposeScope();
        var model = Model(RankingArchitecture.CrossEncoder);
        var scores = Scores(model, RankingArchitecture.CrossEncoder, 0,
            ("red lamp", ["a blue chair", "chair blue a"]), ("a blue chair", ["red lamp"]));
        Assert.AreNotEqual(scores[0], scores[1], 1e-5f, "order");
        Assert.AreNotEqual(scores[0], scores[2], 1e-5f, "sides");
    }

    [TestMethod]
    public void KernelPooling_IsThePapersFormula()
    {
        using var scope = NewDisposeScope();
        var cosines = tensor([1f, 0.4f, 0, -0.7f, 0.1f, 0], [1, 2, 3]);
        var composed = KernelPooling.Composed(cosines, tensor([1f, 1], [1, 2]), tensor([1f, 1, 0], [1, 3])).data<float>().ToArray();
        var fused = FusedKernelPooling.Run(cosines, [2], [2]).data<float>().ToArray();
        double[] means = [1, 0.9, 0.7, 0.5, 0.3, 0.1, -0.1, -0.3, -0.5, -0.7, -0.9];
        for (var k = 0; k < means.Length; k++)
        {
            var deviation = k == 0 ? 0.001 : 0.1;
            double Kernel(double cosine) => Math.Exp(-Math.Pow(cosine - means[k], 2) / (2 * deviation * deviation));
            var expected = 0.01 * (
                Math.Log(Math.Max(1e-10, Kernel(1) + Kernel(0.4f))) + Math.Log(Math.Max(1e-10, Kernel(-0.7f) + Kernel(0.1f))));
            Assert.AreEqual(expected, composed[k], 1e-5, $"kernel {k}, composed");
            Assert.AreEqual(expected, fused[k], 1e-5, $"kernel {k}, fused");
        }
    }

    // Enough pairs for all threads; kernels without a match, whose logarithm is held, get no gradient.
    [TestMethod]
    [DataRow(3)]
    [DataRow(800)]
    public void KernelPooling_FusedEqualsComposed_ForwardAndBackward(int pairs)
    {
        using var scope = NewDisposeScope();
        const int QueryTerms = 7, DocumentTerms = 70;
        var queries = Enumerable.Range(0, pairs).Select(pair => 1 + (pair % QueryTerms)).ToArray();
        var documents = Enumerable.Range(0, pairs).Select(pair => 1 + (pair * 11 % DocumentTerms)).ToArray();
        var values = Tensors.Random(5, pairs, QueryTerms, DocumentTerms).Scaled(1 / 3.0);
        var (one, other) = (values.clone().requires_grad_(true), values.to_type(ScalarType.Float64).requires_grad_(true));
        var fused = FusedKernelPooling.Run(one, queries, documents);
        var composed = KernelPooling.Composed(other, Mask(queries, QueryTerms), Mask(documents, DocumentTerms));
        var weights = Tensors.Random(6, pairs, KernelPooling.Count);
        (fused * weights).sum().backward();
        (composed * weights).sum().backward();
        Assert.IsLessThan(1e-5, (fused - composed).abs().max().Item<double>());
        var gradient = other.grad!;
        Assert.IsGreaterThan(0.01, gradient.abs().max().Item<double>());
        Assert.IsLessThan(1e-4, (one.grad! - gradient).abs().max().Item<double>() / gradient.abs().max().Item<double>());
        Assert.IsFalse(FusedKernelPooling.Serves(other));

        static Tensor Mask(int[] lengths, int most) =>
            tensor(lengths.SelectMany(length => Enumerable.Range(0, most).Select(place => place < length ? 1.0 : 0)).ToArray(), [lengths.Length, most]);
    }

    [TestMethod]
    public void KernelPooling_OfACosineThatIsNoNumber_IsNone()
    {
        using var scope = NewDisposeScope();
        var features = FusedKernelPooling.Run(tensor([1f, float.NaN, 0.5f, 0.2f], [2, 1, 2]), [1, 1], [2, 2]).data<float>().ToArray();
        Assert.IsTrue(features[..KernelPooling.Count].All(float.IsNaN));
        Assert.IsTrue(features[KernelPooling.Count..].All(float.IsFinite));
    }

    [TestMethod]
    public void Histogram_CountsCosinesByBin_AndEqualTermsApart()
    {
        using var scope = NewDisposeScope();
        var cosines = tensor([-1f, 0, 0.99f, 1, 1, 0], [1, 1, 6]);
        var exact = tensor([0f, 0, 0, 1, 0, 0], [1, 1, 6]);
        var counts = Drmm.Sums(tensor([1f, 1, 1, 1, 1, 0], [1, 1, 6]), cosines, exact).data<float>().ToArray();
        Assert.AreEqual(30, counts.Length);
        Assert.AreEqual((1f, 1f, 2f, 1f, 5f), (counts[0], counts[14], counts[28], counts[29], counts.Sum()));
    }

    [TestMethod]
    public void DynamicPooling_IsByTrueLengths()
    {
        using var scope = NewDisposeScope();
        var grid = zeros(1, 1, 4, 6);
        grid[0, 0, 0, 0] = 1;
        grid[0, 0, 2, 3] = 5;
        grid[0, 0, 3, 5] = 9;
        grid[0, 0, 1, 5] = 7;
        var pooled = DynamicPooling.Of(grid, [3], [4], 3, 2).data<float>().ToArray();
        CollectionAssert.AreEqual(new float[] { 1, 0, 0, 0, 0, 5 }, pooled);
        CollectionAssert.AreEqual(
            new float[] { 1, 1, 0 }, DynamicPooling.Of(grid, [1], [1], 2, 1).data<float>().ToArray().Append(0).ToArray());
    }

    private static float[] Scores(
        PairModel model, RankingArchitecture architecture, int padding, params (string Query, string[] Documents)[] queries)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.eval();
        return model.call(Batch(architecture, padding, queries)).data<float>().ToArray();
    }

    private static PairBatch Batch(RankingArchitecture architecture, int padding, params (string Query, string[] Documents)[] queries)
    {
        var letters = RankingArchitectureFacts.Of(architecture).SeesLetters;
        return s_texts.Batch(letters, padding, [.. queries.Select(query => s_texts.Pack(letters, query.Query, query.Documents))]);
    }

    private static PairModel Model(RankingArchitecture architecture)
    {
        var generator = new Generator(5);
        var randomness = new RandomSource { Generator = generator };
        var facts = RankingArchitectureFacts.Of(architecture);
        return PairModels.Create(architecture, new PairSettings(
            () => new WordTable(s_texts.Terms.Count, 6, null, facts.LearnsTermVectors, generator), s_texts.Letters.Count,
            [.. Enumerable.Range(0, s_texts.Terms.Count).Select(id => (float)s_texts.Terms.InverseDocumentFrequency(id))],
            8, 4, new PairLimits(5, 24), 0.1, randomness, generator));
    }
}
