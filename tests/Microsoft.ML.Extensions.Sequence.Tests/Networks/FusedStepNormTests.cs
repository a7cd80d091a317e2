using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

/// <summary>Against the layers one after the other in double precision.</summary>
[TestClass]
public sealed class FusedStepNormTests
{
    private const double Tolerance = 1e-4;

    [TestMethod]
    [DataRow(1, 1, 3, true, "2")]
    [DataRow(3, 5, 5, false, "4 1 3")]
    [DataRow(12, 16, 4, true, "7 29 16 1")]
    [DataRow(20, 37, 3, false, "9 9 9")]
    [DataRow(64, 64, 5, false, "24 24 24 24 24 24 24 24")]
    [DataRow(64, 64, 5, false, "257 3 130")]
    [DataRow(16, 96, 7, true, "1023")]
    [DataRow(2, 33, 1, true, "65 64 1")]
    public void Convolution_EqualsLayersOneAfterTheOther(int inputs, int outputs, int width, bool causal, string lengths)
    {
        using var scope = NewDisposeScope();
        var rows = Lengths(lengths);
        using var generator = new Generator(1);
        using var convolution = new StepConvolution(inputs, outputs, width, causal, generator);
        using var norm = Norm(outputs);
        GiveBias(convolution);
        var input = Padded(Tensors.Random(3, rows.Length, rows.Max(), inputs), rows);
        Compare(
            [convolution, norm], [input], rows,
            (values, batch) => convolution.Normalized(values[0], batch, norm),
            convolution.state_dict()["bias"]);
    }

    [TestMethod]
    [DataRow(1, 2, "2")]
    [DataRow(5, 3, "4 1 3")]
    [DataRow(128, 64, "24 24 24 24")]
    [DataRow(128, 64, "257 3 130 0")]
    [DataRow(33, 20, "9 9")]
    public void Linear_EqualsLayersOneAfterTheOther(int inputs, int outputs, string lengths)
    {
        using var scope = NewDisposeScope();
        var rows = Lengths(lengths);
        using var generator = new Generator(1);
        using var linear = new LinearLayer(inputs, outputs, generator);
        using var norm = Norm(outputs);
        GiveBias(linear);
        using var dropout = new SeededDropout(0, new RandomSource(), tiedOverTime: true);
        var input = Padded(Tensors.Random(3, rows.Length, rows.Max(), inputs), rows);
        var residual = Padded(Tensors.Random(4, rows.Length, rows.Max(), outputs), rows);
        Compare(
            [linear, norm], [input, residual], rows,
            (values, batch) => linear.Normalized(values[0], batch, norm, dropout, values[1]),
            linear.state_dict()["bias"]);
    }

    [TestMethod]
    public void Dropout_KeepsTheSameValuesForwardAndBackward()
    {
        using var scope = NewDisposeScope();
        var randomness = new RandomSource();
        using var generator = new Generator(1);
        using var linear = new LinearLayer(8, 40, generator);
        using var norm = Norm(40);
        using var dropout = new SeededDropout(0.5, randomness, tiedOverTime: true);
        var batch = new InputBatch(Tensors.Random(3, 3, 6, 8).requires_grad_(true), [6, 6, 6]);
        var zero = zeros(3, 6, 40);
        randomness.Generator = new Generator(7);
        var fused = linear.Normalized(batch.Values, batch, norm, dropout, zero);
        fused.sum().backward();
        var one = linear.state_dict()["weight"].grad!.clone();
        // The same draws, and the layers one after the other.
        linear.zero_grad();
        randomness.Generator = new Generator(7);
        var parts = dropout.call(norm.call(linear.call(batch.Values), batch));
        parts.sum().backward();
        Assert.IsTrue(parts.eq(Numbers.Zero).sum().Item<long>() is > 0 and < 720, "some values are dropped, and some are kept");
        Tensors.AssertClose(parts, fused, Tolerance, "outputs");
        Tensors.AssertClose(linear.state_dict()["weight"].grad!, one, Tolerance, "gradient");
    }

    [TestMethod]
    public void SingleStep_UsesTheRunningStatistics()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var convolution = new StepConvolution(4, 6, 3, causal: true, generator);
        using var norm = Norm(6);
        GiveBias(convolution);
        Compare(
            [convolution, norm], [Tensors.Random(3, 1, 1, 4)], [1], (values, batch) => convolution.Normalized(values[0], batch, norm), bias: null);
    }

    [TestMethod]
    public void BatchStatistics_LeaveTheBiasNoGradient()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var convolution = new StepConvolution(4, 6, 3, causal: true, generator);
        using var norm = Norm(6);
        var input = Tensors.Random(3, 2, 9, 4);
        convolution.Normalized(input, new InputBatch(input, [9, 9]), norm).sum().backward();
        Assert.AreEqual(0f, convolution.state_dict()["bias"].grad!.abs().max().Item<float>());
    }

    private static StepBatchNorm Norm(int channels)
    {
        var norm = new StepBatchNorm(channels);
        using var _ = no_grad();
        norm.state_dict()["gain"].copy_(Tensors.Random(5, channels));
        norm.state_dict()["shift"].copy_(Tensors.Random(6, channels));
        norm.state_dict()["mean"].copy_(Tensors.Random(7, channels));
        return norm;
    }

    // Layers begin without.
    private static void GiveBias(nn.Module layer)
    {
        using var _ = no_grad();
        var bias = layer.state_dict()["bias"];
        bias.copy_(Tensors.Random(10, bias.shape[0]));
    }

    private static int[] Lengths(string text) => [.. text.Split(' ').Select(int.Parse).Where(length => length > 0)];

    private static Tensor Padded(Tensor values, int[] lengths) => values * new InputBatch(values, lengths).Mask;

    // Outputs, gradients of inputs and parameters, and running statistics of two batches.
    private static void Compare(
        nn.Module[] layers, Tensor[] inputs, int[] lengths, Func<Tensor[], InputBatch, Tensor> run, Tensor? bias)
    {
        var fused = Results(ScalarType.Float32);
        var whole = Results(ScalarType.Float64);
        foreach (var (name, expected) in whole)
        {
            Tensors.AssertClose(expected, fused[name], Tolerance, name);
        }

        Dictionary<string, Tensor> Results(ScalarType type)
        {
            var results = new Dictionary<string, Tensor>();
            var start = layers.Select(layer => layer.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone())).ToArray();
            foreach (var layer in layers)
            {
                layer.to(type);
                layer.train();
                layer.zero_grad();
            }
            var values = inputs.Select(input => input.detach().to(type).requires_grad_(true)).ToArray();
            for (var batch = 0; batch < 2; batch++)
            {
                var output = run(values, new InputBatch(values[0], lengths));
                (output * Tensors.Random(9, output.shape).to(type)).sum().backward();
                results[$"output {batch}"] = output.detach();
            }
            foreach (var (index, value) in values.Index())
            {
                results[$"gradient of input {index}"] = value.grad!;
            }
            foreach (var (index, layer) in layers.Index())
            {
                foreach (var (name, parameter) in layer.named_parameters())
                {
                    // That of the bias is rounding where the statistics are those of the batch.
                    if (bias is null || name != "bias")
                    {
                        results[$"gradient of {index} {name}"] = parameter.grad!.clone();
                    }
                }
                foreach (var (name, buffer) in layer.named_buffers())
                {
                    results[$"{index} {name}"] = buffer.clone();
                }
            }
            using var _ = no_grad();
            foreach (var (index, layer) in layers.Index())
            {
                layer.to(ScalarType.Float32);
                foreach (var (name, value) in layer.state_dict())
                {
                    value.copy_(start[index][name]);
                }
            }
            return results;
        }
    }
}
