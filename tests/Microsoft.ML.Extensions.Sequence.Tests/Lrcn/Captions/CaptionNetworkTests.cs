using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lrcn.Captions;

[TestClass]
public sealed class CaptionNetworkTests
{
    private static readonly FrameShape Frame = new(1, 4, 4);

    private static readonly string[] Sentences = ["the dog runs", "a cat", "dog"];

    private static readonly Vocabulary Known = new(["dog", "the", "a", "cat", "runs"]);

    private static readonly SentenceHead Head = new(
        new HeadDescription("Sentence", 5, new KeyNames("String", ["dog", "the", "a", "cat", "runs"])), number => Sentences[number]);

    [TestMethod]
    public void DecoderStepByStep_EqualsTheDecoderTaughtAllWords()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var decoder = new CaptionDecoder(Options(), Known.Size, new(), new Generator(1));
        decoder.eval();
        var (features, words) = (Tensors.Random(1, 2, 8), tensor(new long[,] { { 0, 3, 2, 5 }, { 0, 4, 4, 6 } }));
        var taught = decoder.Logits(features, words).index_fill(-1, tensor(new long[] { Vocabulary.Unknown }), Numbers.NegativeInfinity)
            .log_softmax(-1);
        var state = decoder.Start(features);
        for (var word = 0; word < 4; word++)
        {
            (var next, state) = decoder.Step(words.select(1, word), state);
            Tensors.AssertClose(taught.select(1, word).exp(), next.exp(), Tolerance.Single, $"word {word}");
        }
    }

    [TestMethod]
    public void Losses_AreTheMeanOverTheWordsOfEachSentence()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Network(Options());
        var batch = Batch(3, [2, 1, 2]);
        var together = network.Losses(batch, Head.Encode(tensor(new float[] { 0, 1, 2 })), Loss);
        for (var row = 0; row < 3; row++)
        {
            var alone = new InputBatch(batch.Values.narrow(0, row, 1), [batch.Lengths[row]]);
            Tensors.AssertClose(network.Losses(alone, Head.Encode(tensor(new float[] { row })), Loss), together.narrow(0, row, 1),
                Tolerance.Single);
        }
    }

    [TestMethod]
    public void Sentence_DoesNotDependOnNeighboursAndPadding()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Network(Options());
        var batch = Batch(3, [2, 1, 2]);
        var together = network.call(batch);
        for (var row = 0; row < 3; row++)
        {
            var alone = new InputBatch(batch.Values.narrow(0, row, 1).narrow(1, 0, batch.Lengths[row]), [batch.Lengths[row]]);
            Tensors.AssertClose(network.call(alone), together.narrow(0, row, 1), Tolerance.Single);
        }
    }

    [TestMethod]
    public void EveryParameter_GetsAGradient()
    {
        using var scope = NewDisposeScope();
        var network = Network(Options());
        network.Randomness.Generator = new Generator(1);
        network.train();
        network.Losses(Batch(3, [2, 1, 2]), Head.Encode(tensor(new float[] { 0, 1, 2 })), Loss).sum().backward();
        foreach (var (name, parameter) in network.named_parameters())
        {
            Assert.IsTrue(parameter.grad is { } gradient && gradient.abs().sum().Item<float>() > 0, name);
        }
    }

    [TestMethod]
    public void ScoringAndTraining_LeaveNoTensorAlive()
    {
        using var network = Network(Options());
        network.Randomness.Generator = new Generator(1);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            network.Losses(Batch(3, [2, 1, 2]), Head.Encode(tensor(new float[] { 0, 1, 2 })), Loss).sum().backward();
            network.zero_grad();
        }
        using (NewDisposeScope())
        using (no_grad())
        {
            network.call(Batch(3, [2, 1, 2]));
        }
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // The loss is the mean over a sentence's words and the boundary after them, unless the sentence is cut.
    [TestMethod]
    public void LogProbabilities_AreMinusTheSumOfTheLossesOfTheWords()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var network = Network(Options());
        string[] sentences = ["the dog runs", "a cat", "unheard dog", "the dog runs the dog"];
        int[] numbers = [4, 3, 3, 4];
        var head = new SentenceHead(Head.Description, number => sentences[number]);
        var row = Batch(1, [2]);
        var found = network.LogProbabilities(network.Features(row), sentences);
        for (var sentence = 0; sentence < sentences.Length; sentence++)
        {
            var loss = network.Losses(row, head.Encode(tensor(new[] { (float)sentence })), Loss).Item<float>();
            Assert.AreEqual(-numbers[sentence] * loss, found.AsSpan()[sentence], 1e-4f, sentences[sentence]);
        }
    }

    private static Tensor Loss(Tensor outputs, Tensor labels) => Head.Loss(outputs, labels, labelSmoothing: 0);

    private static LrcnCaptionOptions Options() => new() { ConvolutionChannels = 2, HiddenSize = 8, EmbeddingSize = 6, MaxWords = 4 };

    private static InputBatch Batch(ulong seed, int[] lengths) =>
        new(Tensors.Random(seed, lengths.Length, lengths.Max(), Frame.Values), lengths);

    private static CaptionNetwork Network(LrcnCaptionOptions options)
    {
        var network = new CaptionNetwork(
            options, new InputColumn("X", InputKind.Sequence, Frame.Values, 0, 0, Frame), options.MaxWords + 1, Known, new Generator(1));
        network.eval();
        return network;
    }
}
