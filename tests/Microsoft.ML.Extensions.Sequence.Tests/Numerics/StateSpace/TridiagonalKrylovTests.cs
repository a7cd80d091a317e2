using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class TridiagonalKrylovTests
{
    [TestMethod]
    [DataRow(1, 6, 1)]
    [DataRow(5, 1, 4)]
    [DataRow(3, 8, 30)]
    [DataRow(37, 5, 12)]
    public void Forward_IsTheDenseRecurrence(int features, int size, int length)
    {
        var problem = new Problem(features, size, length);
        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            var (states, kernel) = problem.Forward(new ScanExecution(width, 2));
            for (var feature = 0; feature < features; feature++)
            {
                var expected = problem.Reference(feature);
                for (var l = 0; l < length; l++)
                {
                    for (var n = 0; n < size; n++)
                    {
                        Assert.AreEqual(expected[l][n], states[(((l * size) + n) * features) + feature], 1e-4);
                    }
                    for (var channel = 0; channel < Problem.Channels; channel++)
                    {
                        Assert.AreEqual(problem.Output(expected[l], feature, channel),
                            kernel[(((channel * length) + l) * features) + feature], 1e-4);
                    }
                }
            }
        }
    }

    [TestMethod]
    [DataRow(1, 1, 3)]
    [DataRow(3, 6, 9)]
    [DataRow(19, 4, 5)]
    public void Backward_HasTheGradientsOfTheReference(int features, int size, int length)
    {
        var problem = new Problem(features, size, length);
        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            var gradients = problem.Backward(new ScanExecution(width, 2));
            var feature = features - 1;
            foreach (var (part, n) in from part in Enumerable.Range(0, 9) from n in Enumerable.Range(0, size) select (part, n))
            {
                // Entries outside the matrix: below the first row, above the last.
                if ((part is 0 or 3 && n == 0) || (part is 2 or 5 && n == size - 1))
                {
                    continue;
                }
                Assert.AreEqual(problem.Slope(feature, part, n), gradients[part][(n * features) + feature], 2e-3, $"part {part}, row {n}");
            }
        }
    }

    /// <summary>M and T that are safe to solve, a seed, output weights, and the cotangent of the kernels.</summary>
    private sealed unsafe class Problem
    {
        public const int Channels = 2;

        private const double Alpha = 0.6, Move = 1e-5;
        private readonly TridiagonalKrylovShape _shape;
        private readonly float[] _solved;
        private readonly float[] _multiplied;
        private readonly float[] _seed;
        private readonly float[] _outputs;
        private readonly float[] _cotangent;

        public Problem(int features, int size, int length)
        {
            _shape = TridiagonalKrylovShape.Of(features, size, Channels, length, Alpha);
            var random = new Random(9);
            float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
            (_solved, _multiplied, _seed) = (Numbers(3 * size * features), Numbers(3 * size), Numbers(size * features));
            (_outputs, _cotangent) = (Numbers(Channels * size * features), Numbers(Channels * length * features));
            for (var i = 0; i < size * features; i++)
            {
                _solved[(size * features) + i] += 2;
            }
        }

        public (float[] States, float[] Kernel) Forward(ScanExecution execution)
        {
            var (states, kernel) = (new float[_shape.Length * _seed.Length], new float[_cotangent.Length]);
            fixed (float* target = states, product = kernel)
            {
                var (x, k) = ((nint)target, (nint)product);
                With(data => TridiagonalKrylov.Forward(_shape, data with { States = (float*)x, Kernel = (float*)k }, execution));
            }
            return (states, kernel);
        }

        /// <summary>dM's three diagonals, dT's, dz, dC's channels; each [N, H].</summary>
        public float[][] Backward(ScanExecution execution)
        {
            var (states, _) = Forward(execution);
            var (dSolved, dMultiplied, dSeed, dOutputs) =
                (new float[_solved.Length], new float[_solved.Length], new float[_seed.Length], new float[_outputs.Length]);
            fixed (float* source = states, cotangent = _cotangent, a = dSolved, b = dMultiplied, c = dSeed, d = dOutputs)
            {
                var gradients = new TridiagonalKrylovGradients { Kernel = cotangent, Solved = a, Multiplied = b, Seed = c, Outputs = d };
                var x = (nint)source;
                With(data => TridiagonalKrylov.Backward(_shape, data with { States = (float*)x }, gradients, execution));
            }
            return [.. dSolved.Chunk(_seed.Length), .. dMultiplied.Chunk(_seed.Length), dSeed, .. dOutputs.Chunk(_seed.Length)];
        }

        public double Output(double[] state, int feature, int channel, int part = -1, int row = 0, double move = 0) =>
            state.Select((x, n) => x * (_outputs[(((channel * _shape.Size) + n) * _shape.Features) + feature]
                + (part == 7 + channel && row == n ? move : 0))).Sum();

        private void With(Action<TridiagonalKrylovData> run)
        {
            fixed (float* solved = _solved, multiplied = _multiplied, seed = _seed, outputs = _outputs)
            {
                run(new TridiagonalKrylovData { Solved = solved, Multiplied = multiplied, Seed = seed, Outputs = outputs });
            }
        }

        public double[][] Reference(int feature, int part = -1, int row = 0, double move = 0)
        {
            var (m, t, z) = (new double[_shape.Size, _shape.Size], new double[_shape.Size, _shape.Size], new double[_shape.Size]);
            for (var n = 0; n < _shape.Size; n++)
            {
                for (var diagonal = 0; diagonal < 3; diagonal++)
                {
                    var column = n + diagonal - 1;
                    if (column >= 0 && column < _shape.Size)
                    {
                        m[n, column] = _solved[(((diagonal * _shape.Size) + n) * _shape.Features) + feature] + Moved(diagonal, n);
                        t[n, column] = _multiplied[(diagonal * _shape.Size) + n] + Moved(3 + diagonal, n);
                    }
                }
                z[n] = _seed[(n * _shape.Features) + feature] + Moved(6, n);
            }
            double Moved(int movedPart, int n) => movedPart == part && n == row ? move : 0;
            double[] Solve(double[] x)
            {
                var right = DenseAlgebra.Multiply(t, x);
                var column = new double[right.Length, 1];
                for (var n = 0; n < right.Length; n++)
                {
                    column[n, 0] = right[n];
                }
                return [.. DenseAlgebra.Solve(m, column).Cast<double>()];
            }
            var states = new double[_shape.Length][];
            states[0] = Solve(z);
            for (var l = 1; l < _shape.Length; l++)
            {
                states[l] = [.. Solve(states[l - 1]).Zip(states[l - 1], (y, x) => (y / Alpha) - ((1 - Alpha) / Alpha * x))];
            }
            return states;
        }

        public double Slope(int feature, int part, int row)
        {
            double Loss(double move) =>
                Reference(feature, part, row, move).SelectMany((state, l) => Enumerable.Range(0, Channels).Select(channel =>
                Output(state, feature, channel, part, row, move) * _cotangent[(((channel * _shape.Length) + l) * _shape.Features)
                    + feature])).Sum();
            return (Loss(Move) - Loss(-Move)) / (2 * Move);
        }
    }
}
