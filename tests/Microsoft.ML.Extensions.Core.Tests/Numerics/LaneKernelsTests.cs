using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics;

/// <summary>The kernels of scoring against sums in double precision, for every width of lanes, which all give the same bits.</summary>
[TestClass]
public sealed unsafe class LaneKernelsTests
{
    private static readonly LaneKernels[] All = [.. Enum.GetValues<LaneWidth>().Select(LaneKernels.Of)];

    private static readonly int[] Lengths = [1, 3, 4, 15, 16, 17, 37, 64, 1023];

    [TestMethod]
    [DataRow(LaneActivation.None)]
    [DataRow(LaneActivation.Relu)]
    [DataRow(LaneActivation.Gelu)]
    [DataRow(LaneActivation.LeakyRelu)]
    [DataRow(LaneActivation.Tanh)]
    [DataRow(LaneActivation.Erf)]
    [DataRow(LaneActivation.Sine)]
    [DataRow(LaneActivation.GeluTanh)]
    [DataRow(LaneActivation.Swish)]
    [DataRow(LaneActivation.Softplus)]
    [DataRow(LaneActivation.Sigmoid)]
    public void Finish_AddsTheBias_Activates_AndAddsTheResidual(object activation)
    {
        const float slope = 0.2f;
        foreach (var length in Lengths)
        {
            var (x, bias, residual) = (Drawn(2 * length, 1, 3), Drawn(length, 2, 3), Drawn(2 * length, 3, 3));
            AssertAll(length, 2 * length, (kernels, output) =>
            {
                fixed (float* px = x, pb = bias, pr = residual)
                {
                    kernels.Finish(2, length, px, length, pb, (LaneActivation)activation, slope, pr, length, output, length);
                }
            }, i => Of((LaneActivation)activation, x[i] + bias[i % length], slope) + residual[i], 2e-6);
            AssertAll(length, length, (kernels, output) =>
            {
                fixed (float* px = x)
                {
                    kernels.Finish(1, length, px, 0, null, (LaneActivation)activation, slope, null, 0, output, 0);
                }
            }, i => Of((LaneActivation)activation, x[i], slope), 2e-6);
        }
    }

    [TestMethod]
    public void Normalize_GivesMeanAndDeviationOfGainAndShift()
    {
        foreach (var length in Lengths)
        {
            var (x, gain, shift) = (Drawn(2 * length, 1, 3), Drawn(length, 2, 3), Drawn(length, 3, 3));
            AssertAll(length, 2 * length, (kernels, output) =>
            {
                fixed (float* px = x, pg = gain, ps = shift)
                {
                    kernels.Normalize(2, length, px, pg, ps, output);
                }
            }, i =>
            {
                var row = x.AsSpan(i / length * length, length).ToArray().Select(value => (double)value).ToArray();
                var mean = row.Average();
                var variance = row.Average(value => (value - mean) * (value - mean));
                return ((x[i] - mean) / Math.Sqrt(variance + 1e-5) * gain[i % length]) + shift[i % length];
            }, 2e-5);
        }
    }

    [TestMethod]
    public void Softmax_SumsToOne_WhateverIsAdded()
    {
        foreach (var length in Lengths)
        {
            foreach (var level in new[] { 0f, 1e4f, -1e4f })
            {
                var x = Drawn(length, 1, 8).Select(value => value + level).ToArray();
                var sum = x.Sum(value => Math.Exp((double)value - level));
                AssertAll(length, length, (kernels, output) =>
                {
                    x.AsSpan().CopyTo(new Span<float>(output, length));
                    kernels.Softmax(length, output);
                }, i => Math.Exp((double)x[i] - level) / sum, 2e-6);
            }
        }
    }

    [TestMethod]
    public void Softmax_OfOneFarAboveTheOthers_IsThatOne_WhereverItStands()
    {
        foreach (var length in Lengths)
        {
            for (var place = 0; place < length; place++)
            {
                AssertAll(length, length, (kernels, output) =>
                {
                    new Span<float>(output, length).Fill(-2e3f);
                    output[place] = 2e3f;
                    kernels.Softmax(length, output);
                }, i => i == place ? 1 : 0, 1e-30);
                foreach (var kernels in All)
                {
                    var values = new float[length];
                    values[place] = float.NaN;
                    fixed (float* first = values)
                    {
                        kernels.Softmax(length, first);
                    }
                    Assert.IsTrue(values.All(float.IsNaN));
                }
            }
        }
    }

    [TestMethod]
    public void Sums_Products_AndLargestNumbers_AreThose()
    {
        foreach (var length in Lengths)
        {
            var (x, y) = (Drawn(length, 1, 3), Drawn(length, 2, 3));
            AssertInPlace(x, y, (kernels, target, source) => kernels.AddScaled(length, 1.5f, source, target), i => x[i] + (1.5 * y[i]));
            AssertInPlace(x, y, (kernels, target, source) => kernels.Multiply(length, target, source), i => (double)x[i] * y[i]);
            AssertInPlace(x, y, (kernels, target, source) => kernels.Largest(length, source, target), i => Math.Max(x[i], y[i]));
            AssertInPlace(x, y, (kernels, target, source) => kernels.Scale(1, length, source, source, target, target), i => ((double)y[i] * y[i]) + x[i]);
            AssertAll(length, 1, (kernels, output) =>
            {
                fixed (float* px = x, py = y)
                {
                    *output = kernels.Dot(length, px, py);
                }
            }, _ => x.Zip(y, (one, other) => (double)one * other).Sum(), 1e-5 * length);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    [DataRow(7)]
    public void RowsTogether_HaveTheBitsOfOneAfterTheOther(int rows)
    {
        foreach (var length in Lengths)
        {
            var stride = length + 3;
            var (left, others, factors) = (Drawn(length, 1, 3), Drawn(rows * stride, 2, 3), Drawn(rows, 3, 3));
            foreach (var kernels in All)
            {
                var (sums, products) = (left.ToArray(), new float[rows]);
                var (expectedSums, expectedProducts) = (left.ToArray(), new float[rows]);
                fixed (float* pl = left, po = others, pf = factors, ps = sums, pp = products, es = expectedSums)
                {
                    kernels.AddScaled(length, rows, pf, po, stride, ps);
                    kernels.Dots(length, rows, pl, po, stride, pp);
                    for (var row = 0; row < rows; row++)
                    {
                        kernels.AddScaled(length, factors[row], po + (row * stride), es);
                        expectedProducts[row] = All[0].Dot(length, pl, po + (row * stride));
                    }
                }
                CollectionAssert.AreEqual(expectedSums, sums, $"{length} numbers, {kernels.Width}");
                CollectionAssert.AreEqual(expectedProducts, products, $"{length} numbers, {kernels.Width}");
            }
        }
    }

    [TestMethod]
    public void NaN_IsKept()
    {
        foreach (var kernels in All)
        {
            float[] x = [.. Enumerable.Repeat(1f, 21)], y = [.. Enumerable.Repeat(1f, 21)];
            (x[3], y[20]) = (float.NaN, float.NaN);
            fixed (float* px = x, py = y)
            {
                kernels.Largest(21, px, py);
            }
            Assert.IsTrue(float.IsNaN(y[3]) && float.IsNaN(y[20]) && y[4] == 1, $"{kernels.Width}");
            foreach (var activation in Enum.GetValues<LaneActivation>())
            {
                fixed (float* px = x, py = y)
                {
                    kernels.Finish(1, 21, px, 0, null, activation, 0.1f, null, 0, py, 0);
                }
                Assert.IsTrue(float.IsNaN(y[3]) && float.IsFinite(y[20]), $"{activation}, {kernels.Width}");
            }
        }
    }

    private static void AssertInPlace(float[] x, float[] y, InPlace run, Func<int, double> wanted) => AssertAll(x.Length, x.Length, (kernels, output) =>
    {
        x.AsSpan().CopyTo(new Span<float>(output, x.Length));
        fixed (float* py = y)
        {
            run(kernels, output, py);
        }
    }, wanted, 1e-6);

    private static void AssertAll(int length, int outputs, Kernel run, Func<int, double> wanted, double tolerance)
    {
        float[]? first = null;
        foreach (var kernels in All)
        {
            var found = new float[outputs + 1];
            found[outputs] = 7;
            fixed (float* output = found)
            {
                run(kernels, output);
            }
            Assert.AreEqual(7f, found[outputs], "It wrote beyond the end.");
            for (var i = 0; i < outputs; i++)
            {
                Assert.AreEqual(wanted(i), found[i], tolerance * Math.Max(1, Math.Abs(wanted(i))), $"length {length}, width {kernels.Width}, number {i}");
            }
            first ??= found;
            CollectionAssert.AreEqual(first, found, $"width {kernels.Width}");
        }
    }

    private static double Of(LaneActivation activation, double x, double slope) => activation switch
    {
        LaneActivation.Relu => Math.Max(x, 0),
        LaneActivation.Gelu => x * (1 + Erf(x / Math.Sqrt(2))) / 2,
        LaneActivation.LeakyRelu => x > 0 ? x : slope * x,
        LaneActivation.Tanh => Math.Tanh(x),
        LaneActivation.Erf => Erf(x),
        LaneActivation.Sine => Math.Sin(x),
        LaneActivation.GeluTanh => x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))) / 2,
        LaneActivation.Swish => x / (1 + Math.Exp(-x)),
        LaneActivation.Softplus => Math.Log(1 + Math.Exp(x)),
        LaneActivation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        _ => x,
    };

    // The integral of its derivative, by Simpson's rule.
    private static double Erf(double x)
    {
        const int parts = 1000;
        var sum = 0.0;
        for (var i = 0; i <= 2 * parts; i++)
        {
            var at = x * i / (2 * parts);
            sum += (i is 0 or 2 * parts ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-at * at);
        }
        return 2 / Math.Sqrt(Math.PI) * sum * x / (6 * parts);
    }

    private static float[] Drawn(int count, int seed, float scale)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => ((2 * random.NextSingle()) - 1) * scale)];
    }

    private delegate void Kernel(LaneKernels kernels, float* output);

    private delegate void InPlace(LaneKernels kernels, float* target, float* source);
}
