using System.Numerics;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class VandermondeKernelTests
{
    private static readonly VandermondeShape s_small = new(3, 2, 5, 77);

    [TestMethod]
    [DataRow(1)]
    [DataRow(15)]
    [DataRow(16)]
    [DataRow(257)]
    [DataRow(1000)]
    public void Forward_IsTheReference(int length)
    {
        var problem = new Problem(s_small with { Length = length });
        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            var kernel = problem.Forward(new ScanExecution(width, 2));
            for (var feature = 0; feature < s_small.Features; feature++)
            {
                for (var channel = 0; channel < s_small.Channels; channel++)
                {
                    var expected = VandermondeReference.Forward(problem.Poles(feature), problem.Weights(feature, channel), length);
                    AssertClose(expected, Part(kernel, (feature * s_small.Channels) + channel, length), Tolerance.Single);
                }
            }
        }
    }

    [TestMethod]
    public void Backward_IsTheReference()
    {
        var problem = new Problem(s_small);
        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            var (poles, weights) = problem.Backward(new ScanExecution(width, 2));
            for (var feature = 0; feature < s_small.Features; feature++)
            {
                var byPole = new Complex[s_small.Modes];
                for (var channel = 0; channel < s_small.Channels; channel++)
                {
                    var row = (feature * s_small.Channels) + channel;
                    var (pole, weight) = VandermondeReference.Backward(
                        problem.Poles(feature), problem.Weights(feature, channel), Part(problem.Gradient, row, s_small.Length)
                            .Select(g => (double)g).ToArray());
                    byPole = [.. byPole.Zip(pole, (sum, part) => sum + part)];
                    AssertClose(weight, weights[(row * s_small.Modes)..((row + 1) * s_small.Modes)]);
                }
                AssertClose(byPole, poles[(feature * s_small.Modes)..((feature + 1) * s_small.Modes)]);
            }
        }
    }

    [TestMethod]
    public void Reference_HasTheGradientsOfItsOutputs()
    {
        var problem = new Problem(s_small);
        var (poles, weights) = (problem.Poles(0), problem.Weights(0, 0));
        var gradient = Part(problem.Gradient, 0, s_small.Length).Select(g => (double)g).ToArray();
        double Loss(Complex[] p, Complex[] w) => VandermondeReference.Forward(p, w, gradient.Length).Zip(gradient, (k, g) => k * g).Sum();
        var (byPole, byWeight) = VandermondeReference.Backward(poles, weights, gradient);
        foreach (var (direction, part) in new (
            Complex, Func<Complex, double>)[] { (new(1e-6, 0), c => c.Real), (new(0, 1e-6), c => c.Imaginary) })
        {
            Complex[] Moved(Complex[] values, int sign) => [values[0] + (sign * direction), .. values[1..]];
            Assert.AreEqual((Loss(Moved(poles, 1), weights) - Loss(Moved(poles, -1), weights)) / 2e-6, part(byPole[0]), 1e-5);
            Assert.AreEqual((Loss(poles, Moved(weights, 1)) - Loss(poles, Moved(weights, -1))) / 2e-6, part(byWeight[0]), 1e-5);
        }
    }

    [TestMethod]
    public void SlowModes_KeepTheirDigitsOverALongKernel()
    {
        const int length = 65_536;
        Complex[] poles = [Complex.FromPolarCoordinates(0.99999, 0.37)];
        var problem = new Problem(new VandermondeShape(1, 1, 1, length), poles);
        var kernel = problem.Forward(ScanExecution.Default);
        var expected = VandermondeReference.Forward(problem.Poles(0), problem.Weights(0, 0), length);
        AssertClose(expected[^1000..], kernel[^1000..], 1e-5);
    }

    [TestMethod]
    public void FastModes_UnderflowToZero()
    {
        var problem = new Problem(new VandermondeShape(1, 1, 2, 3000), [new(-0.5, 0), new(1e-3, 0.2)]);
        Assert.IsTrue(problem.Forward(ScanExecution.Default)[1000..].All(value => value == 0));
    }

    private static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<float> actual, double tolerance)
    {
        var scale = Math.Max(1, expected.Max(Math.Abs));
        Assert.IsTrue(expected.Zip(actual, (left, right) => Math.Abs(left - right)).Max() <= tolerance * scale);
    }

    private static void AssertClose(Complex[] expected, Complex[] actual)
    {
        var scale = Math.Max(1, expected.Max(Complex.Abs));
        Assert.IsTrue(expected.Zip(actual, (left, right) => Complex.Abs(left - right)).Max() <= Tolerance.SingleGradient * scale);
    }

    private static float[] Part(float[] values, int row, int length) => values[(row * length)..((row + 1) * length)];

    private sealed unsafe class Problem
    {
        private readonly VandermondeShape _shape;
        private readonly float[][] _values;

        public Problem(VandermondeShape shape, Complex[]? poles = null)
        {
            _shape = shape;
            var random = new Random(5);
            poles ??= [.. Enumerable.Range(0, shape.Features * shape.Modes)
                .Select(_ => Complex.FromPolarCoordinates(0.7 + (0.3 * random.NextDouble()), 3 * random.NextDouble()))];
            float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
            var weights = shape.Features * shape.Channels * shape.Modes;
            _values = [[.. poles.Select(pole => (float)pole.Real)], [.. poles.Select(pole => (float)pole.Imaginary)], Random(weights),
                Random(weights)];
            Gradient = Random(shape.Features * shape.Channels * shape.Length);
        }

        public float[] Gradient { get; }

        public Complex[] Poles(int feature) => Of(_values[0], _values[1], feature);

        public Complex[] Weights(int feature, int channel) => Of(_values[2], _values[3], (feature * _shape.Channels) + channel);

        public float[] Forward(ScanExecution execution)
        {
            var kernel = new float[Gradient.Length];
            fixed (float* target = kernel)
            {
                var target1 = target;
                With(_values, data => VandermondeKernel.Forward(_shape, data, target1, execution));
            }
            return kernel;
        }

        public (Complex[] Poles, Complex[] Weights) Backward(ScanExecution execution)
        {
            float[][] results = [.. _values.Select(values => new float[values.Length])];
            fixed (float* gradient = Gradient)
            {
                var source = gradient;
                With(_values, data => With(results, gradients => VandermondeKernel.Backward(_shape, data, source, gradients, execution)));
            }
            return (Join(results[0], results[1]), Join(results[2], results[3]));
        }

        private static void With(float[][] values, Action<VandermondeData> run)
        {
            fixed (float* p = values[0], q = values[1], r = values[2], s = values[3])
            {
                run(new VandermondeData { PoleReal = p, PoleImaginary = q, WeightReal = r, WeightImaginary = s });
            }
        }

        private Complex[] Of(float[] real, float[] imaginary, int row) => Join(
            real[(row * _shape.Modes)..((row + 1) * _shape.Modes)], imaginary[(row * _shape.Modes)..((row + 1) * _shape.Modes)]);

        private static Complex[] Join(float[] real, float[] imaginary) => [.. real.Zip(imaginary, (re, im) => new Complex(re, im))];
    }
}
