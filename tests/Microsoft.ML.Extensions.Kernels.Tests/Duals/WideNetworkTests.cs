using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

/// <summary>
/// Networks of width 4,096 with random weights, whose kernels are measured forward and backward, beside those of infinite width.
/// </summary>
[TestClass]
public sealed class WideNetworkTests
{
    private const int Width = 4096, Draws = 5;

    /// <summary>
    /// What is allowed between a measured and an exact kernel. A correlation over 4,096 units has a deviation of up to 0.016 a layer; over ten
    /// seeds one of 494 was at 0.026.
    /// </summary>
    private const double Allowed = 0.04;

    /// <summary>
    /// The squared length of a ReLU network's outputs has a deviation of sqrt(5 / width) = 0.035 a layer, which correlations do not see.
    /// </summary>
    private const double AllowedOfScale = 0.1;

    private static readonly double s_sine = Math.Sqrt((1 - Math.Exp(-2)) / 2);
    private static readonly double s_quadratic = Math.Sqrt(1 - 0.09 - 0.81);

    private static readonly double[][] s_inputs = [[1, 0, 0], [0.8, 0.6, 0], [0.28, 0.1, Math.Sqrt(1 - 0.0784 - 0.01)]];

    private static readonly Activation[] s_activations =
    [
        new("ReLU", DualActivation.Relu(), z => Math.Sqrt(2) * Math.Max(0, z), z => z > 0 ? Math.Sqrt(2) : 0),
        new("sine", DualActivation.Sine(1), z => Math.Sin(z) / s_sine, z => Math.Cos(z) / s_sine),
        new("polynomial", DualActivation.FromHermite(0.3, 0.9, s_quadratic), z => 0.3 + (0.9 * z)
            + (s_quadratic * ((z * z) - 1) / Math.Sqrt(2)),
            z => 0.9 + (s_quadratic * Math.Sqrt(2) * z)),
    ];

    [TestMethod, Trained]
    public void MeasuredKernelsAreNearTheirLimits()
    {
        var networks = Enumerable.Range(1, Draws).Select(Draw).ToArray();
        for (var which = 0; which < networks[0].Length; which++)
        {
            foreach (var kind in Enum.GetValues<NetworkKernel>())
            {
                Compare([.. networks.Select(draw => draw[which])], kind);
            }
        }
    }

    private static void Compare(Network[] draws, NetworkKernel kind)
    {
        var dual = draws[0].Dual;
        DeepKernel kernel = new(dual, 2, kind);
        var atOne = kind == NetworkKernel.Nngp ? 1 : 1 + dual.SlopeAtOne + Math.Pow(dual.SlopeAtOne, 2);
        foreach (var (i, j) in new[] { (0, 1), (0, 2), (1, 2) })
        {
            var expected = kernel.Evaluate(Correlation.Of(Dot(s_inputs[i], s_inputs[j])));
            var correlation = draws.Average(
                network => network.Kernel(kind, i, j) / Math.Sqrt(network.Kernel(kind, i, i) * network.Kernel(kind, j, j)));
            TrainedBound.Near(expected, correlation, Allowed, "correlation beside the exact one");
            TrainedBound.Near(1, draws.Average(network => network.Kernel(kind, i, i)) / atOne, AllowedOfScale, "scale over the exact one");
        }
    }

    /// <summary>One draw of weights, used by every activation with and without bias.</summary>
    private static Network[] Draw(int seed)
    {
        Random random = new(TrainedSeed.From(seed));
        Network[] networks = [.. s_activations.SelectMany(activation => new[] { 0, 0.2 }.Select(bias => new Network(activation, bias)))];
        for (var unit = 0; unit < Width; unit++)
        {
            var weights = s_inputs.Select(_ => Normal.Next(random)).ToArray();
            Array.ForEach(networks, network => network.AddFirst(unit, weights));
        }
        var row = new double[Width];
        for (var unit = 0; unit < Width; unit++)
        {
            for (var k = 0; k < Width; k++)
            {
                row[k] = Normal.Next(random);
            }
            var (shift, output) = (Normal.Next(random), Normal.Next(random));
            Array.ForEach(networks, network => network.AddSecond(unit, row, shift, output));
        }
        return networks;
    }

    private static double Dot(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var k = 0; k < left.Length; k++)
        {
            sum += left[k] * right[k];
        }
        return sum;
    }

    private sealed record Activation(string Name, DualActivation Dual, Func<double, double> Value, Func<double, double> Slope);

    /// <summary>Two hidden layers and one output in NTK parameterisation.</summary>
    private sealed class Network(Activation activation, double bias)
    {
        private readonly double[][] _first = Layer(), _firstSlopes = Layer(), _atFirst = Layer(), _second = Layer(), _atSecond = Layer();

        public DualActivation Dual { get; } = activation.Dual.WithBias(bias);

        public string Name => $"{activation.Name} with bias {bias}";

        public void AddFirst(int unit, double[] weights)
        {
            for (var i = 0; i < s_inputs.Length; i++)
            {
                var z = Dot(weights, s_inputs[i]);
                (_first[i][unit], _firstSlopes[i][unit]) = (activation.Value(z), activation.Slope(z));
            }
        }

        /// <summary>Forward through one unit of the second layer, and back from the output through it.</summary>
        public void AddSecond(int unit, double[] weights, double shift, double output)
        {
            var scale = Math.Sqrt((1 - bias) / Width);
            for (var i = 0; i < s_inputs.Length; i++)
            {
                var z = (scale * Dot(weights, _first[i])) + (Math.Sqrt(bias) * shift);
                (_second[i][unit], _atSecond[i][unit]) = (activation.Value(z), scale * output * activation.Slope(z));
                var factor = scale * _atSecond[i][unit];
                for (var k = 0; k < Width; k++)
                {
                    _atFirst[i][k] += factor * weights[k] * _firstSlopes[i][k];
                }
            }
        }

        /// <summary>
        /// The NNGP is the covariance of the output over its own weights and bias; the NTK adds up the gradients of all layers.
        /// </summary>
        public double Kernel(NetworkKernel kind, int i, int j)
        {
            var last = Covariance(_second[i], _second[j]);
            return kind == NetworkKernel.Nngp ? last : last
                + (Covariance(_first[i], _first[j]) * Dot(_atSecond[i], _atSecond[j]))
                + (Dot(s_inputs[i], s_inputs[j]) * Dot(_atFirst[i], _atFirst[j]));
        }

        private double Covariance(double[] left, double[] right) => ((1 - bias) * Dot(left, right) / Width) + bias;

        private static double[][] Layer() => [.. s_inputs.Select(_ => new double[Width])];
    }
}
