using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

/// <summary>The fused kernel against the stepwise reference in double precision: outputs, last state and every gradient.</summary>
[TestClass]
public sealed class FusedDenseRecurrenceTests
{
    private static readonly int[] s_widths = [1, 3, 8, 16, 17, 50];

    [TestMethod]
    [DataRow(RecurrentCell.Elman, RecurrentActivation.Tanh, false)]
    [DataRow(RecurrentCell.Elman, RecurrentActivation.Relu, false)]
    [DataRow(RecurrentCell.Jordan, RecurrentActivation.Tanh, false)]
    [DataRow(RecurrentCell.Jordan, RecurrentActivation.Relu, false)]
    [DataRow(RecurrentCell.Lstm, RecurrentActivation.Tanh, false)]
    [DataRow(RecurrentCell.Lstm, RecurrentActivation.Tanh, true)]
    [DataRow(RecurrentCell.Gru, RecurrentActivation.Tanh, false)]
    public void Layer_OfEveryLengthAndWidth_EqualsTheReference(RecurrentCell cell, RecurrentActivation activation, bool peepholes)
    {
        for (var steps = 1; steps <= 65; steps += steps < 20 ? 1 : 9)
        {
            AssertEqual(new(3, s_widths[steps % s_widths.Length], cell, activation, peepholes, Reverse: steps % 4 > 1), steps, rows: 1
                + (steps % 9));
        }
    }

    [TestMethod]
    [DataRow(RecurrentCell.Elman)]
    [DataRow(RecurrentCell.Jordan)]
    [DataRow(RecurrentCell.Lstm)]
    [DataRow(RecurrentCell.Gru)]
    public void Layer_OfALongSequence_EqualsTheReference(RecurrentCell cell) => AssertEqual(new(5, 17, cell), 257, rows: 2);

    // Rows for several blocks of one, two and four, of which each has rows that end early.
    [TestMethod]
    [DataRow(RecurrentCell.Lstm, 33)]
    [DataRow(RecurrentCell.Gru, 40)]
    [DataRow(RecurrentCell.Elman, 19)]
    [DataRow(RecurrentCell.Jordan, 19)]
    public void Layer_OfManyRowsAndAllPanelWidths_EqualsTheReference(RecurrentCell cell, int rows)
    {
        foreach (var width in new[] { 32, 48, 80 })
        {
            AssertEqual(new(7, width, cell), 9, rows);
        }
    }

    [TestMethod]
    [DataRow(RecurrentCell.Elman)]
    [DataRow(RecurrentCell.Jordan)]
    [DataRow(RecurrentCell.Lstm)]
    [DataRow(RecurrentCell.Gru)]
    public void Layer_WithTruncatedGradients_EqualsTheReference(RecurrentCell cell)
    {
        foreach (var truncation in new[] { 1, 4, 7 })
        {
            AssertEqual(new(3, 10, cell, Truncation: truncation, Reverse: truncation == 4), 13, rows: 3);
        }
    }

    [TestMethod]
    public void Layer_WithoutStepsOrRows_GivesEmptyOutputs()
    {
        using var scope = NewDisposeScope();
        using var layer = new RecurrentLayer(new(3, 5, RecurrentCell.Lstm), new Generator(1));
        CollectionAssert.AreEqual(new long[] { 2, 0, 5 }, layer.call(zeros(2, 0, 3), null).shape);
        CollectionAssert.AreEqual(new long[] { 0, 4, 5 }, layer.call(zeros(0, 4, 3), null).shape);
    }

    private static void AssertEqual(RecurrentLayerOptions options, int steps, int rows)
    {
        using var scope = NewDisposeScope();
        var lengths = Enumerable.Range(0, rows).Select(row => row == 0 ? steps : (steps * row * 7 + row) % (steps + 1)).ToArray();
        LayerProblem problem = new(options, lengths, steps);
        LayerProblem.AssertClose(
            problem.Reference(), problem.Fused(), Tolerance.SingleGradient, $"{options.Cell} {options.HiddenSize} x {steps}");
    }
}
