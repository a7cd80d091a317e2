using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class SparseAutoencoderTests
{
    private const int Width = 12;

    [TestMethod, Trained]
    public void Gradients_AreThoseOfTheLoss()
    {
        using var scope = NewDisposeScope();
        var rows = SparseRows(30, TrainedSeed.From(1));
        using var autoencoder = SparseAutoencoder.Train(
            rows, new SparseAutoencoderOptions { Features = 9, Epochs = 20, Seed = TrainedSeed.From(1) });
        Tensor[] weights = [autoencoder.Encoder, autoencoder.EncoderBias, autoencoder.Decoder, autoencoder.Bias];
        var free = weights.Select(weight => weight.detach().clone().requires_grad_()).ToArray();
        const double Sparsity = 0.3;
        var activations = (rows - free[3]).mm(free[0].t()).Plus(free[1]).relu();
        var loss = (activations.mm(free[2].t()).Plus(free[3]) - rows).Squared().mean().Plus(activations.sum([1]).mean().Scaled(Sparsity));
        var expected = autograd.grad([loss], free);
        var written = autoencoder.Gradients(rows, Sparsity);
        for (var i = 0; i < free.Length; i++)
        {
            // Sums of some hundred Single numbers of order one.
            TrainedBound.Near(0, (expected[i] - written[i]).abs().max().Item<float>(), 1e-6, "difference of gradients");
            Assert.IsGreaterThan(1e-3f, written[i].abs().max().Item<float>(), $"weight {i}");
        }
    }

    [TestMethod, Trained]
    public void Training_FindsTheDirectionsThatRowsAreMadeOf()
    {
        using var scope = NewDisposeScope();
        var rows = SparseRows(400, TrainedSeed.From(2));
        var options = new SparseAutoencoderOptions
        {
            Features = 30,
            Sparsity = 0.01,
            LearningRate = 1e-2,
            Epochs = 1_500,
            Seed = TrainedSeed.From(1)
        };
        using var autoencoder = SparseAutoencoder.Train(rows, options);
        var error = (autoencoder.Decode(autoencoder.Encode(rows)) - rows).Squared().mean().Item<float>();
        var variance = (rows - rows.mean([0], keepdim: true)).Squared().mean().Item<float>();
        TrainedBound.Below(error / variance, 0.05, "squared error over the variance");
        options.Epochs = 0;
        using var untrained = SparseAutoencoder.Train(rows, options);
        TrainedBound.Above(WorstFound(autoencoder), 0.8, "cosine of the direction found worst");
        TrainedBound.Below(WorstFound(untrained), 0.6, "cosine without training");
    }

    [TestMethod]
    [DataRow(0, DisplayName = "features")]
    [DataRow(1, DisplayName = "outputs")]
    public void NormsStayOne(int unitDecoder)
    {
        using var scope = NewDisposeScope();
        using var autoencoder = SparseAutoencoder.Train(
            SparseRows(30, 3), new SparseAutoencoderOptions { Features = 9, Epochs = 50, UnitDecoder = (UnitDecoder)unitDecoder });
        Assert.AreEqual(0, (autoencoder.Encoder.norm(1, p: 2f).Minus(1)).abs().max().Item<float>(), 1e-6);
        Assert.AreEqual(0, (autoencoder.Decoder.norm(unitDecoder, p: 2f).Minus(1)).abs().max().Item<float>(), 1e-6);
    }

    [TestMethod]
    public void OneSeedGivesOneAutoencoder_AndLeavesNoTensor()
    {
        using var rows = SparseRows(30, 4);
        LiveTensors.AssertNoneLeft(() =>
        {
            using (var first = SparseAutoencoder.Train(rows, new SparseAutoencoderOptions { Features = 9, Epochs = 30 }))
            using (var second = SparseAutoencoder.Train(rows, new SparseAutoencoderOptions { Features = 9, Epochs = 30 }))
            using (var other = SparseAutoencoder.Train(rows, new SparseAutoencoderOptions { Features = 9, Epochs = 30, Seed = 2 }))
            {
                Assert.IsTrue(first.Decoder.AsSpan().SequenceEqual(second.Decoder.AsSpan()));
                Assert.IsFalse(first.Decoder.AsSpan().SequenceEqual(other.Decoder.AsSpan()));
                CollectionAssert.AreEqual(first.Codes(rows), second.Codes(rows));
            }
        });
    }

    [TestMethod]
    public void Codes_AreTheStrongestFeatures_AndNoneWhereNoneIsActive()
    {
        using var scope = NewDisposeScope();
        var rows = SparseRows(20, 5);
        using var autoencoder = SparseAutoencoder.Train(rows, new SparseAutoencoderOptions { Features = 9, Epochs = 0 });
        var along = autoencoder.Encoder[3].unsqueeze(0);
        CollectionAssert.AreEqual(new[] { 3 }, autoencoder.Codes(along));
        autoencoder.EncoderBias.Fill(-100);
        CollectionAssert.AreEqual(new[] { CodeTable.NoCode }, autoencoder.Codes(along));
    }

    [TestMethod]
    public void RowsThatCannotBeLearntAreErrors()
    {
        using var scope = NewDisposeScope();
        var rows = zeros(2, 3);
        rows[0, 1] = float.NaN;
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => SparseAutoencoder.Train(rows, new SparseAutoencoderOptions()))
                .Message, "no number");
        Assert.ThrowsExactly<ArgumentException>(() => SparseAutoencoder.Train(zeros(3), new SparseAutoencoderOptions()));
        Assert.ThrowsExactly<ArgumentException>(() => SparseAutoencoder.Train(zeros(2, 3), new SparseAutoencoderOptions { Features = 0 }));
    }

    // The cosine of the direction that no feature is near to with the feature nearest to it.
    private static float WorstFound(SparseAutoencoder autoencoder)
    {
        using var scope = NewDisposeScope();
        return Directions().mm(autoencoder.Decoder).amax([1]).min().Item<float>();
    }

    // Orthonormal directions, half as many as the width.
    private static Tensor Directions()
    {
        using var generator = new Generator(7);
        return linalg.qr(randn([Width, Width / 2], generator: generator)).Q.t().contiguous();
    }

    // Each row two of the directions, by one to two.
    private static Tensor SparseRows(int count, int seed)
    {
        using var scope = NewDisposeScope();
        var random = new Random(seed);
        var amounts = zeros(count, Width / 2);
        for (var row = 0; row < count; row++)
        {
            amounts[row, random.Next(Width / 2)] = (float)(1 + random.NextDouble());
            amounts[row, random.Next(Width / 2)] = (float)(1 + random.NextDouble());
        }
        return amounts.mm(Directions()).MoveToOuterDisposeScope();
    }
}
