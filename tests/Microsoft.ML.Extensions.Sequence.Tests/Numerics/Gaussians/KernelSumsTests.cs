using Microsoft.ML.Extensions.Numerics.Gaussians;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.Gaussians;

[TestClass]
public sealed unsafe class KernelSumsTests
{
    private static readonly Gaussian[] s_kernels = [new(1, 0.001), new(0.9, 0.1), new(-0.3, 0.1), new(0.2, 0.5)];

    [TestMethod]
    [DataRow(1)]
    [DataRow(15)]
    [DataRow(16)]
    [DataRow(65)]
    [DataRow(257)]
    public void Sums_AreThoseOfTheFormula_WithTheSameBitsForEveryWidth(int count)
    {
        var cosines = Cosines(count);
        var expected = s_kernels.Select(kernel => cosines.Sum(cosine => Kernel(kernel, cosine))).ToArray();
        var widest = Forward(KernelSums.Default, cosines);
        for (var k = 0; k < s_kernels.Length; k++)
        {
            Assert.AreEqual(expected[k], widest[k], 2e-6 * expected[k] + 1e-30, $"kernel {k}");
        }
        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            CollectionAssert.AreEqual(widest, Forward(KernelSums.Of(width), cosines), $"{width}");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(31)]
    [DataRow(64)]
    [DataRow(65)]
    public void Gradient_IsThatOfTheFormula_WithTheSameBitsForEveryWidth(int count)
    {
        var cosines = Cosines(count);
        float[] outer = [0.5f, -2, 3, 0.25f];
        var widest = Backward(KernelSums.Default, cosines, outer);
        for (var j = 0; j < count; j++)
        {
            var expected = s_kernels.Zip(outer, (kernel, factor) =>
                factor * Kernel(kernel, cosines[j]) * -(cosines[j] - kernel.Mean) / (kernel.Deviation * kernel.Deviation)).Sum();
            // A kernel as narrow as the first one turns the rounding of its exponent into some millionths of its slope, up to 303.
            Assert.AreEqual(expected, widest[j], 1e-3, $"cosine {j}");
        }
        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            CollectionAssert.AreEqual(widest, Backward(KernelSums.Of(width), cosines, outer), $"{width}");
        }
    }

    [TestMethod]
    public void NotANumber_Stays()
    {
        var cosines = Cosines(20);
        cosines[3] = float.NaN;
        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            Assert.IsTrue(Forward(KernelSums.Of(width), cosines).All(float.IsNaN), $"{width}");
        }
    }

    // Some of them exact matches, and near ones.
    private static float[] Cosines(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(j => j % 5 == 0 ? 1 : j % 7 == 1 ? 0.999f : (random.NextSingle() * 2) - 1)];
    }

    private static double Kernel(Gaussian kernel, float cosine) =>
        Math.Exp(-Math.Pow(cosine - kernel.Mean, 2) / (2 * kernel.Deviation * kernel.Deviation));

    private static float[] Forward(KernelSums sums, float[] cosines)
    {
        var found = new float[s_kernels.Length];
        fixed (float* values = cosines, target = found)
        {
            sums.Forward(cosines.Length, values, s_kernels, target);
        }
        return found;
    }

    private static float[] Backward(KernelSums sums, float[] cosines, float[] outer)
    {
        var found = new float[cosines.Length];
        fixed (float* values = cosines, factors = outer, target = found)
        {
            sums.Backward(cosines.Length, values, s_kernels, factors, target);
        }
        return found;
    }
}
