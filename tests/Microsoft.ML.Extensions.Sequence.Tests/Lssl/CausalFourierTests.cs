using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lssl;

[TestClass]
public sealed class CausalFourierTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(15)]
    [DataRow(16)]
    [DataRow(17)]
    [DataRow(100)]
    public void Convolve_IsTheDirectSum(int steps)
    {
        using var scope = NewDisposeScope();
        var (inputs, kernel, second) = (Random(1, 2, 3, steps), Random(2, 3, 2, steps), Random(3, 3, 2, steps));
        var (causal, both) = (CausalFourier.Convolve(inputs, kernel), CausalFourier.Convolve(inputs, kernel, second));
        for (var (row, place) = (0, 0); place < 12; place++, row = place / 6)
        {
            var (feature, channel) = (place / 2 % 3, place % 2);
            var u = Numbers(inputs[row][feature]);
            var expected = CausalConvolution.Direct(Numbers(kernel[feature][channel]), u);
            TensorAssert.AreClose(tensor(expected), causal[row][feature][channel], 1e-12);
            var mirrored = CausalConvolution.Direct(Numbers(second[feature][channel]), [.. u.Reverse()]).Reverse();
            TensorAssert.AreClose(
                tensor(expected.Zip(mirrored, (left, right) => left + right).ToArray()), both[row][feature][channel], 1e-12);
        }
    }

    [TestMethod]
    public void Convolve_OfSingles_IsWithinRounding()
    {
        using var scope = NewDisposeScope();
        var (inputs, kernel) = (Random(1, 1, 4, 4000), Random(2, 4, 1, 4000).Over(60));
        TensorAssert.AreClose(
            CausalFourier.Convolve(inputs, kernel), CausalFourier.Convolve(inputs.to(ScalarType.Float32), kernel.to(ScalarType.Float32)),
                Tolerance.Single);
    }

    [TestMethod]
    public void TransformLength_HasRoomAndSmallFactors()
    {
        for (var steps = 1L; steps < 2000; steps++)
        {
            var length = CausalFourier.TransformLength(steps);
            Assert.IsTrue(length >= steps && length <= Math.Max(2, 4 * steps / 3.0 + 1), $"{steps} gave {length}");
            while (length % 2 == 0)
            {
                length /= 2;
            }
            Assert.IsTrue(length is 1 or 3 or 5);
        }
    }

    private static Tensor Random(ulong seed, params long[] size) => randn(size, ScalarType.Float64, generator: new Generator(seed));

    private static double[] Numbers(Tensor row) => row.contiguous().data<double>().ToArray();
}
