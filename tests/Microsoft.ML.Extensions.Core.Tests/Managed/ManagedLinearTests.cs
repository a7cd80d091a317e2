using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Core.Tests.Managed;

[TestClass]
public sealed unsafe class ManagedLinearTests
{
    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(1, 7, 3)]
    [DataRow(33, 5, 16)]
    [DataRow(70, 64, 20)]
    [DataRow(2, 3, 128)]
    public void Rows_AreProducts_WithBiasAndResidual(int rows, int inputs, int outputs)
    {
        var (weight, bias) = (Drawn(inputs * outputs, 1), Drawn(outputs, 2));
        var (x, residual) = (Drawn(rows * inputs, 3), Drawn(rows * outputs, 4));
        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            var layer = new ManagedLinear(LaneKernels.Of(width), weight, bias, inputs, outputs, LaneActivation.Relu);
            var y = new float[rows * outputs];
            fixed (float* px = x, pr = residual, py = y)
            {
                layer.Run(rows, px, py, new Scratch(), pr);
            }
            for (var i = 0; i < y.Length; i++)
            {
                var sum = bias[i % outputs] + Enumerable.Range(0, inputs).Sum(k => (double)weight[(i % outputs * inputs) + k] * x[(i / outputs * inputs) + k]);
                Assert.AreEqual(Math.Max(0, sum) + residual[i], y[i], 1e-5, $"{width}, {i}");
            }
        }
    }

    // The windows of a convolution.
    [TestMethod]
    public void RowsMayOverlap_AndOutputsLieApart()
    {
        const int rows = 40, inputs = 6, outputs = 5, apart = 9;
        var (weight, x) = (Drawn(inputs * outputs, 1), Drawn((2 * rows) + inputs, 2));
        var layer = new ManagedLinear(LaneKernels.Default, weight, null, inputs, outputs);
        var y = new float[rows * apart];
        y.AsSpan().Fill(7);
        fixed (float* px = x, py = y)
        {
            layer.Run(rows, px, 2, py, apart, new Scratch());
        }
        for (var i = 0; i < y.Length; i++)
        {
            var (row, column) = (i / apart, i % apart);
            var wanted = column >= outputs ? 7 : Enumerable.Range(0, inputs).Sum(k => (double)weight[(column * inputs) + k] * x[(2 * row) + k]);
            Assert.AreEqual(wanted, y[i], 1e-5, $"{i}");
        }
    }

    private static float[] Drawn(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }
}
