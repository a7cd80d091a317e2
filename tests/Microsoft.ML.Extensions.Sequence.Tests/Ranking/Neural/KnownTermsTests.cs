using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking;

[TestClass]
public sealed class KnownTermsTests
{
    private static readonly string[] s_words = ["amber", "birch", "cedar", "dune", "ember", "fjord", "glade", "heath"];

    // Vectors of six numbers in a plane need two of them.
    [TestMethod]
    public void ShorterVectors_KeepTheirProducts_OrAreTheFirstNumbers()
    {
        var (ml, random) = (new MLContext(1), new Random(1));
        double[] one = [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble() - 0.5)], other = [.. one.Select(_ => random.NextDouble() - 0.5)];
        using var file = new TempFile("");
        File.WriteAllLines(file.Path, s_words.Select((word, index) => $"{word} {string.Join(' ', one.Zip(other, (a, b) =>
            FormattableString.Invariant($"{(Math.Cos(index) * a) + (Math.Sin(index) * b):r}")))}"));
        using var model = PairRow.Fit(ml, PairRow.Of(8, 1), options => (options.TermVectors, options.Architecture) =
            (WordVectors.Load(file.Path), RankingArchitecture.ConvKnrm));
        var known = KnownTerms.Of(model, RankingDetails.Of(model.Head.Description, NeuralRankingTrainer.OptionsOf(model)));
        var whole = known.Of(6, first: false).Vectors!;
        // "inlet" has no vector.
        Assert.HasCount(s_words.Length, whole.OfType<float[]>().ToArray());
        Assert.HasCount(s_words.Length + 1 + TermVocabulary.FirstTerm, whole);
        var (details, near) = known.Of(2, first: false);
        Assert.AreEqual(2, details.VectorSize);
        CollectionAssert.AreEqual(whole.Select(vector => vector is null).ToArray(), near!.Select(vector => vector is null).ToArray());
        var (longer, shorter) = (whole.OfType<float[]>().ToArray(), near!.OfType<float[]>().ToArray());
        for (var i = 0; i < longer.Length; i++)
        {
            Assert.HasCount(2, shorter[i]);
            for (var j = 0; j < longer.Length; j++)
            {
                Assert.AreEqual(Product(longer[i], longer[j]), Product(shorter[i], shorter[j]), 1e-5);
            }
        }
        var first = known.Of(2, first: true).Vectors!.OfType<float[]>();
        Assert.IsTrue(longer.Zip(first).All(pair => pair.First[..2].SequenceEqual(pair.Second)));

        static double Product(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
    }
}
