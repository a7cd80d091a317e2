using Microsoft.Extensions.AI;
using Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders.Bert;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders;

[TestClass]
public sealed class TextEncoderTests
{
    private static readonly string[] Texts = ["", "wing", "a wing, flows!", "b c heat heating wings a b c a b c a b c a b c", "[MASK] zzz",
        "WING \u00C9"];

    [TestMethod]
    [DataRow("gelu")]
    [DataRow("gelu_new")]
    [DataRow("relu")]
    [DataRow("silu")]
    public void Tokens_EqualTheReference(string activation)
    {
        using var folder = new BertFolder();
        folder.Config["hidden_act"] = activation;
        using var encoder = folder.Load();
        var reference = Reference(folder, activation);
        var got = encoder.EncodeTokens(Texts);
        for (var row = 0; row < Texts.Length; row++)
        {
            var expected = reference.Forward(Ids(encoder, Texts[row]));
            Assert.HasCount(expected.Length - 2, got[row].Tokens);
            for (var token = 0; token < got[row].Tokens.Count; token++)
            {
                AssertClose(expected[token + 1], got[row][token], $"text {row}, token {token}");
            }
        }
    }

    [TestMethod]
    [DataRow(TextPooling.Mean, true)]
    [DataRow(TextPooling.Mean, false)]
    [DataRow(TextPooling.FirstToken, true)]
    [DataRow(TextPooling.Maximum, false)]
    [DataRow(TextPooling.MeanOfRoot, false)]
    public void Pooling_IsItsFormula(TextPooling pooling, bool normalize)
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load(new TextEncoderOptions { Pooling = pooling, Normalize = normalize });
        var reference = Reference(folder, "gelu");
        var got = encoder.Encode(Texts);
        for (var row = 0; row < Texts.Length; row++)
        {
            var tokens = reference.Forward(Ids(encoder, Texts[row]));
            double[] expected = [.. Enumerable.Range(0, BertFolder.Width).Select(place => tokens.Select(token => token[place]))
                .Select(values => pooling switch
            {
                TextPooling.Mean => values.Average(),
                TextPooling.FirstToken => values.First(),
                TextPooling.Maximum => values.Max(),
                _ => values.Sum() / Math.Sqrt(tokens.Length),
            })];
            var length = normalize ? Math.Sqrt(expected.Sum(value => value * value)) : 1;
            AssertClose([.. expected.Select(value => value / length)], got[row], $"text {row}");
        }
    }

    [TestMethod]
    public void LongText_LosesItsEnd()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load(new TextEncoderOptions { MaxTokens = 5 });
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, encoder.EncodeTokens(["a b c heat wing"])[0].Tokens.ToArray());
        CollectionAssert.AreEqual(encoder.Encode("a b c"), encoder.Encode("a b c heat wing"));
        CollectionAssert.AreNotEqual(encoder.Encode("a b"), encoder.Encode("a b c heat wing"));
    }

    [TestMethod]
    [DataRow(ScalarType.Float16, 4e-3)]
    [DataRow(ScalarType.BFloat16, 4e-2)]
    [DataRow(ScalarType.Float64, 1e-9)]
    public void Weights_OfEveryRealTypeAreRead(ScalarType type, double tolerance)
    {
        using var folder = new BertFolder();
        using var single = folder.Load();
        using var other = new BertFolder { Type = type };
        using var encoder = other.Load();
        AssertClose([.. single.Encode("a wing").Select(value => (double)value)], encoder.Encode("a wing"), $"{type}", tolerance);
    }

    [TestMethod]
    public void Weights_UnderOtherNamesAreTheSame()
    {
        using var folder = new BertFolder();
        using var plain = folder.Load();
        using var other = new BertFolder();
        foreach (var (name, weight) in other.Weights.ToArray())
        {
            other.Weights.Remove(name);
            other.Weights["bert." + name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
                .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal)] = weight;
        }
        other.Weights["bert.pooler.dense.weight"] = ([BertFolder.Width, BertFolder.Width], new float[BertFolder.Width * BertFolder.Width]);
        other.Weights["bert.pooler.dense.bias"] = ([BertFolder.Width], new float[BertFolder.Width]);
        other.Weights["cls.predictions.bias"] = ([BertFolder.Pieces.Length], new float[BertFolder.Pieces.Length]);
        using var encoder = other.Load();
        CollectionAssert.AreEqual(plain.Encode("a wing"), encoder.Encode("a wing"));
    }

    [TestMethod]
    public async Task Generator_GivesTheSameVectors()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        IEmbeddingGenerator<string, Embedding<float>> generator = encoder;
        var embeddings = await generator.GenerateAsync(Texts);
        var expected = encoder.Encode(Texts);
        for (var row = 0; row < Texts.Length; row++)
        {
            CollectionAssert.AreEqual(expected[row], embeddings[row].Vector.ToArray());
        }
        Assert.AreEqual(Texts.Sum(text => Ids(encoder, text).Length), embeddings.Usage!.InputTokenCount);
        Assert.AreEqual(BertFolder.Width,
            ((EmbeddingGeneratorMetadata)generator.GetService(typeof(EmbeddingGeneratorMetadata))!).DefaultModelDimensions);
        Assert.AreSame(encoder, generator.GetService(typeof(TextEncoder)));
        Assert.IsNull(generator.GetService(typeof(TextEncoder), "key"));
        Assert.IsEmpty(await generator.GenerateAsync([]));
        await Assert.ThrowsExactlyAsync<ArgumentException>(
            () => generator.GenerateAsync(Texts, new EmbeddingGenerationOptions { Dimensions = 5 }));
        await Assert.ThrowsExactlyAsync<ArgumentException>(
            () => generator.GenerateAsync(Texts, new EmbeddingGenerationOptions { ModelId = "other" }));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => generator.GenerateAsync(["a", null!]));
    }

    [TestMethod]
    public async Task Cancelled_EndsWithThatException()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => encoder.Encode(Texts, source.Token));
        Assert.ThrowsExactly<OperationCanceledException>(() => encoder.EncodeTokens(Texts, source.Token));
        await Assert.ThrowsAsync<OperationCanceledException>(() => encoder.GenerateAsync(Texts, cancellationToken: source.Token));
    }

    [TestMethod]
    public async Task Disposed_SaysSo()
    {
        using var folder = new BertFolder();
        var encoder = folder.Load();
        encoder.Dispose();
        encoder.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => encoder.Encode("a"));
        Assert.ThrowsExactly<ObjectDisposedException>(() => encoder.EncodeTokens(["a"]));
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => encoder.GenerateAsync(["a"]));
    }

    [TestMethod]
    public void Threads_GetTheSameVectors()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        var expected = Texts.Select(encoder.Encode).ToArray();
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 4 }, call =>
            CollectionAssert.AreEqual(expected[call % Texts.Length], encoder.Encode(Texts[call % Texts.Length])));
    }

    private static int[] Ids(TextEncoder encoder, string text)
    {
        using var lease = encoder.Rent();
        return lease.Use(model => model.Tokens(text));
    }

    private static BertReference Reference(BertFolder folder, string activation) =>
        new(folder.Weights, BertFolder.Heads, 1e-3, activation switch
        {
            "gelu" => Gelu,
            "gelu_new" => x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
            "relu" => x => Math.Max(x, 0),
            _ => x => x / (1 + Math.Exp(-x)),
        });

    // The normal distribution's integral by Simpson's rule.
    private static double Gelu(double x)
    {
        const int Steps = 200;
        var width = x / Steps;
        var sum = 0.0;
        for (var step = 0; step <= Steps; step++)
        {
            var at = step * width;
            sum += (step is 0 or Steps ? 1 : step % 2 == 1 ? 4 : 2) * Math.Exp(-at * at / 2);
        }
        return x * (0.5 + (sum * width / 3 / Math.Sqrt(2 * Math.PI)));
    }

    private static void AssertClose(double[] expected, ReadOnlySpan<float> got, string what, double tolerance = 2e-5)
    {
        Assert.AreEqual(expected.Length, got.Length, what);
        for (var place = 0; place < got.Length; place++)
        {
            Assert.AreEqual(expected[place], got[place], tolerance, $"{what}, place {place}");
        }
    }

    [TestMethod]
    public void WeightsThatOverflow_GiveNoVectorOfNaN()
    {
        using var folder = new BertFolder();
        Array.Fill(folder.Weights["encoder.layer.1.output.dense.weight"].Values, 3e38f);
        using var encoder = folder.Load();
        foreach (var use in new Action[] { () => encoder.Encode("wing"), () => encoder.EncodeTokens(["", "wing"]) })
        {
            Assert.Contains("too large to compute with", Assert.ThrowsExactly<InvalidDataException>(use).Message);
        }
    }
}
