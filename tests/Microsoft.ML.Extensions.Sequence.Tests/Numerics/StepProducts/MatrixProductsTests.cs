using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StepProducts;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StepProducts;

[TestClass]
public sealed unsafe class MatrixProductsTests
{
    [TestMethod]
    public void Products_HaveTheSameBitsForAnyNumberOfThreads()
    {
        const int Rows = 3000, Depth = 65, Columns = 150;
        var (a, b) = (Values(Rows * Depth, 1), Values(Depth * Columns, 2));
        var one = Run(1);
        CollectionAssert.AreEqual(one, Run(4));

        float[] Run(int threads)
        {
            var before = Cores.Limit(threads);
            try
            {
                var (c, d, e) = (new float[Rows * Columns], new float[Depth * Columns], new float[Depth * Columns]);
                var across = new float[Rows * Depth];
                fixed (float* first = a, second = b, third = c, fourth = d, fifth = e, transposed = across)
                {
                    MatrixProducts.Multiply(Rows, first, Depth, MatrixView.Of(second, Depth, Columns), third, Columns);
                    MatrixProducts.Transpose(Rows, Depth, first, Depth, transposed, Rows);
                    var product = MatrixView.Of(third, Rows, Columns);
                    MatrixProducts.MultiplyTransposed(MatrixView.Of(transposed, Depth, Rows).Transposed, product, fourth);
                    MatrixProducts.MultiplyTransposed(MatrixView.Of(first, Rows, Depth), product, fifth);
                }
                CollectionAssert.AreEqual(d, e, "A in either order of its numbers");
                return [.. c, .. d];
            }
            finally
            {
                Cores.Limit(before);
            }
        }
    }

    [TestMethod]
    public void Norms_HaveTheSameBitsForAnyWidth()
    {
        const int Rows = 300, Channels = 21;
        var expected = Run(LaneWidth.Scalar);
        foreach (var width in new[] { LaneWidth.Four, LaneWidth.Eight, LaneWidth.Sixteen }.Where(width => width <= LaneWidths.Widest))
        {
            CollectionAssert.AreEqual(expected, Run(width), $"{width}");
        }

        static double[] Run(LaneWidth width)
        {
            var norm = StepNorm.Of(width);
            var (values, channels, outer) = (Values(Rows * Channels, 1), Values(5 * Channels, 2), Values(Rows * Channels, 3));
            var (output, inner, sums) = (new float[Rows * Channels], new float[Rows * Channels], new double[4 * Channels]);
            fixed (float* x = values, c = channels, y = output, dy = outer, dx = inner)
            fixed (double* sum = sums)
            {
                StepNormFactors factors = new() { Mean = c, Factor = c + Channels, Shift = c + (2 * Channels) };
                norm.Sum(Rows, Channels, x, null, sum);
                norm.Sum(Rows, Channels, x, c, sum + Channels);
                norm.Forward(Rows, Channels, x, factors, isRelu: true, c + (3 * Channels), dy, y);
                norm.Backward(Rows, Channels, x, factors, isRelu: true, c + (3 * Channels), dy, dx, sum + (2 * Channels));
                norm.Through(Rows, Channels, x, factors, c + (3 * Channels), c + (4 * Channels), dx);
            }
            return [.. output.Select(value => (double)value), .. inner.Select(value => (double)value), .. sums];
        }
    }

    private static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }
}
