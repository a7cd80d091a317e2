using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

/// <summary>Networks of width 4,096 with random weights, whose kernels are measured forward and backward, beside those of infinite width.</summary>
[TestClass]
public sealed class WideNetworkTests
{
    private const int Width = 4096, Inputs = 3;

    /// <summary>What others allow between a measured and an exact kernel.</summary>
    private const double Allowed = 0.02;

    /// <summary>
    /// Three deviations of the squared length of a ReLU network's outputs: sqrt(5 / width) a layer. Inputs share most of that error, which is
    /// why their correlation is so much nearer.
    /// </summary>
    private const double AllowedOfScale = 0.15;

    private static readonly (string Name, DualActivation Dual, Func<double, double> Activation, Func<double, double> Slope)[] s_activations =
    [
        ("ReLU", DualActivation.Relu(), z => Math.Sqrt(2) * Math.Max(0, z), z => z > 0 ? Math.Sqrt(2) : 0),
        ("sine", DualActivation.Sine(1), z => Math.Sin(z) / s_sine, z => Math.Cos(z) / s_sine),
        ("polynomial", DualActivation.FromHermite(0.3, 0.9, s_quadratic), z => 0.3 + (0.9 * z) + (s_quadratic * ((z * z) - 1) / Math.Sqrt(2)),
            z => 0.9 + (s_quadratic * Math.Sqrt(2) * z)),
    ];

    private static double s_sine => Math.Sqrt((1 - Math.Exp(-2)) / 2);

    private static double s_quadratic => Math.Sqrt(1 - 0.09 - 0.81);

    [TestMethod]
    [DataRow(0)]
    [DataRow(0.2)]
    public void MeasuredKernelsAreNearTheirLimits(double bias)
    {
        foreach (var (name, dual, activation, slope) in s_activations)
        {
            Network network = new(activation, slope, bias, seed: 1);
            var biased = dual.WithBias(bias);
            foreach (var kind in Enum.GetValues<NetworkKernel>())
            {
                DeepKernel kernel = new(biased, 2, kind);
                var atOne = kind == NetworkKernel.Nngp ? 1 : 1 + biased.SlopeAtOne + Math.Pow(biased.SlopeAtOne, 2);
                foreach (var (i, j) in new[] { (0, 1), (0, 2), (1, 2) })
                {
                    var (own, other) = (network.Kernel(kind, i, i), network.Kernel(kind, j, j));
                    var expected = kernel.Evaluate(Correlation.Of(Network.Product(i, j)));
                    Assert.AreEqual(expected, network.Kernel(kind, i, j) / Math.Sqrt(own * other), Allowed, $"{kind} of {name} for inputs {i} and {j}");
                    Assert.AreEqual(1, own / atOne, AllowedOfScale, $"{kind} of {name} for input {i}");
                }
            }
        }
    }

    /// <summary>Two hidden layers and one output in NTK parameterisation, with weights that are drawn as they are used.</summary>
    private sealed class Network
    {
        private static readonly double[][] s_inputs = [[1, 0, 0], [0.8, 0.6, 0], [0.28, 0.1, Math.Sqrt(1 - 0.0784 - 0.01)]];

        private readonly double[][] _first = [.. s_inputs.Select(_ => new double[Width])];
        private readonly double[][] _firstSlopes = [.. s_inputs.Select(_ => new double[Width])];
        private readonly double[][] _second = [.. s_inputs.Select(_ => new double[Width])];
        private readonly double[][] _atFirst = [.. s_inputs.Select(_ => new double[Width])];
        private readonly double[][] _atSecond = [.. s_inputs.Select(_ => new double[Width])];
        private readonly double _bias;

        public Network(Func<double, double> activation, Func<double, double> slope, double bias, int seed)
        {
            var (random, weight) = (new Random(seed), Math.Sqrt((1 - bias) / Width));
            _bias = bias;
            for (var unit = 0; unit < Width; unit++)
            {
                var weights = s_inputs.Select(_ => Normal.Next(random)).ToArray();
                for (var i = 0; i < Inputs; i++)
                {
                    var z = Dot(weights, s_inputs[i]);
                    (_first[i][unit], _firstSlopes[i][unit]) = (activation(z), slope(z));
                }
            }
            var row = new double[Width];
            for (var unit = 0; unit < Width; unit++)
            {
                for (var k = 0; k < Width; k++)
                {
                    row[k] = Normal.Next(random);
                }
                var (shift, output) = (Math.Sqrt(bias) * Normal.Next(random), Normal.Next(random));
                for (var i = 0; i < Inputs; i++)
                {
                    var z = (weight * Dot(row, _first[i])) + shift;
                    (_second[i][unit], _atSecond[i][unit]) = (activation(z), weight * output * slope(z));
                    for (var k = 0; k < Width; k++)
                    {
                        _atFirst[i][k] += weight * row[k] * _atSecond[i][unit] * _firstSlopes[i][k];
                    }
                }
            }
        }

        public static double Product(int i, int j) => Dot(s_inputs[i], s_inputs[j]);

        /// <summary>The NNGP is the covariance of the output over its own weights and bias; the NTK adds up the gradients of all layers.</summary>
        public double Kernel(NetworkKernel kind, int i, int j)
        {
            var last = Covariance(_second[i], _second[j]);
            return kind == NetworkKernel.Nngp ? last : last
                + (Covariance(_first[i], _first[j]) * Dot(_atSecond[i], _atSecond[j]))
                + (Product(i, j) * Dot(_atFirst[i], _atFirst[j]));
        }

        private double Covariance(double[] left, double[] right) => ((1 - _bias) * Dot(left, right) / Width) + _bias;

        private static double Dot(double[] left, double[] right)
        {
            var sum = 0.0;
            for (var k = 0; k < left.Length; k++)
            {
                sum += left[k] * right[k];
            }
            return sum;
        }
    }
}
