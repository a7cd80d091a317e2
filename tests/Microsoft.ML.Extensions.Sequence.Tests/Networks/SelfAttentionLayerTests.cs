using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

/// <summary>
/// libtorch's attention inside the layer against attention written out in double precision, and what a row may depend on.
/// </summary>
[TestClass]
public sealed class SelfAttentionLayerTests
{
    private const int Batch = 3, Steps = 7, Channels = 6, Heads = 2, Width = 4;

    private static readonly int[] Unequal = [7, 1, 4], Whole = [7, 7, 7];

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(false, true)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public void Output_IsThatOfTheFormula(bool causal, bool padded)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (layer, steps) = (Layer(causal), Tensors.Random(1, Batch, Steps, Channels));
        var lengths = padded ? Unequal : Whole;
        var outputs = layer.call(steps, new InputBatch(steps, lengths));
        var formula = new AttentionFormula(layer, Heads, Width, causal);
        for (var row = 0; row < Batch; row++)
        {
            var expected = formula.Outputs(Rows(steps[row].narrow(0, 0, lengths[row])));
            Tensors.AssertClose(tensor(expected), outputs[row].narrow(0, 0, lengths[row]), Tolerance.Single, $"row {row}");
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Gradient_IsThatOfTheFormulaByDifferences(bool causal)
    {
        using var scope = NewDisposeScope();
        const double step = 1e-5;
        var (layer, steps) = (Layer(causal), Tensors.Random(1, 1, 4, Channels));
        layer.to(ScalarType.Float64);
        var input = cat([steps, steps.Scaled(2)], 1).to(ScalarType.Float64).requires_grad_();
        var cotangent = Tensors.Random(2, 4, Channels).to(ScalarType.Float64);
        layer.call(input, new InputBatch(input, [4]))[0].narrow(0, 0, 4).backward([cotangent]);
        var formula = new AttentionFormula(layer, Heads, Width, causal);
        double Loss(double[,] rows) => (tensor(formula.Outputs(rows)) * cotangent).sum().Item<double>();
        var (rows, expected) = (Rows(input[0].narrow(0, 0, 4)), new double[4, Channels]);
        for (var i = 0; i < rows.Length; i++)
        {
            ref var number = ref rows[i / Channels, i % Channels];
            var middle = number;
            number = middle + step;
            var above = Loss(rows);
            number = middle - step;
            expected[i / Channels, i % Channels] = (above - Loss(rows)) / (2 * step);
            number = middle;
        }
        Tensors.AssertClose(tensor(expected), input.grad![0].narrow(0, 0, 4), 1e-8);
        Assert.AreEqual(0, input.grad[0].narrow(0, 4, 4).abs().max().Item<double>(), "gradient of the padding");
    }

    [TestMethod]
    public void Output_OfExchangedSteps_IsExchanged()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (layer, steps) = (Layer(causal: false), Tensors.Random(1, Batch, Steps, Channels));
        var order = tensor(new long[] { 3, 0, 6, 2, 5, 1, 4 });
        var exchanged = steps.index_select(1, order);
        var expected = layer.call(steps, new InputBatch(steps, Whole)).index_select(1, order);
        Tensors.AssertClose(expected, layer.call(exchanged, new InputBatch(exchanged, Whole)), Tolerance.Single);
    }

    [TestMethod]
    public void Step_SeesLaterOnes_UnlessCausal()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        double Change(bool causal)
        {
            var (layer, steps) = (Layer(causal), Tensors.Random(1, 1, Steps, Channels));
            var before = layer.call(steps, new InputBatch(steps, [Steps]))[0, 0];
            steps.narrow(1, Steps - 1, 1).neg_();
            return (layer.call(steps, new InputBatch(steps, [Steps]))[0, 0] - before).abs().max().Item<float>();
        }
        Assert.AreEqual(0, Change(causal: true));
        Assert.IsGreaterThan(1e-3, Change(causal: false));
    }

    [TestMethod]
    public void Padding_WhateverItHolds_ChangesNoValidStep()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (layer, steps) = (Layer(causal: false), Tensors.Random(1, 1, Steps, Channels));
        var cut = steps.narrow(1, 0, 4);
        var alone = layer.call(cut, new InputBatch(cut, [4]));
        steps.narrow(1, 4, Steps - 4).Fill(100);
        Tensors.AssertClose(alone, layer.call(steps, new InputBatch(steps, [4])).narrow(1, 0, 4), Tolerance.Single);
    }

    private static SelfAttentionLayer Layer(bool causal) => new(Channels, Heads, Width, causal, new Generator(7));

    private static double[,] Rows(Tensor steps) => (double[,])steps.detach().to(ScalarType.Float64).contiguous().data<double>().ToNDArray();
}
