using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders;

/// <summary>The encoder with the weights of all-MiniLM-L6-v2 against ONNX Runtime.</summary>
[TestClass]
public sealed class MiniLmTests
{
    private const double Tolerance = 1e-4;

    // Lengths from none to beyond what a text may have.
    private static readonly string[] Texts =
    [
        "", "wing", "What similarity laws must be obeyed when constructing aeroelastic models of heated high speed aircraft?",
        "naïve Zürich 中文 \U0001F642 don't", new string('x', 120),
        .. new[] { 3, 17, 40, 90, 200, 400 }.Select(
            count => string.Join(' ', Enumerable.Range(0, count).Select(word => word % 3 == 0 ? "boundary" : $"layer {word}"))),
    ];

    [TestMethod]
    public void Vectors_EqualOnnxRuntimes()
    {
        using var encoder = TextEncoder.Load(MiniLm.Folder);
        using var session = new MiniLmSession(1);
        using var lease = encoder.Rent();
        var tokens = Texts.Select(text => lease.Use(model => model.Tokens(text))).ToArray();
        Assert.AreEqual(256, tokens.Max(ids => ids.Length), "The folder's longest text.");

        var vectors = encoder.Encode(Texts);
        var states = encoder.EncodeTokens(Texts);

        for (var row = 0; row < Texts.Length; row++)
        {
            var expected = session.Tokens([tokens[row]])[0];
            AssertClose(MiniLmSession.Pooled(expected), vectors[row], $"text {row}");
            AssertClose(expected[encoder.Dimensions..^encoder.Dimensions], states[row].Values.Span, $"tokens of text {row}");
        }
    }

    [TestMethod]
    public void Vectors_DependOnTheirTextAlone()
    {
        using var encoder = TextEncoder.Load(MiniLm.Folder);
        var together = encoder.Encode(Texts);
        var backward = encoder.Encode([.. Texts.Reverse()]);
        for (var row = 0; row < Texts.Length; row++)
        {
            var alone = encoder.Encode(Texts[row]);
            AssertClose(alone, together[row], $"text {row}", 2e-6);
            AssertClose(alone, backward[^(row + 1)], $"text {row}, backward", 2e-6);
        }
    }

    [TestMethod]
    public void Vectors_OfLikeTextsAreNear()
    {
        using var encoder = TextEncoder.Load(MiniLm.Folder);
        var vectors = encoder.Encode(["a man is eating food", "someone eats a meal", "the stock market fell today"]);
        Assert.IsGreaterThan(Dot(vectors[0], vectors[2]) + 0.4, Dot(vectors[0], vectors[1]));
    }

    private static double Dot(float[] one, float[] other) => one.Zip(other, (a, b) => (double)a * b).Sum();

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> got, string what, double tolerance = Tolerance)
    {
        Assert.AreEqual(expected.Length, got.Length, what);
        var worst = 0.0;
        for (var place = 0; place < got.Length; place++)
        {
            // NaN is further than everything.
            var difference = Math.Abs((double)expected[place] - got[place]);
            worst = difference <= worst ? worst : difference;
        }
        Assert.IsLessThan(tolerance, worst, what);
    }
}
