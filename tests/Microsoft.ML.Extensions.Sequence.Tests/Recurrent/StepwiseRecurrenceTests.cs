using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

/// <summary>The reference against three steps of each cell written out by hand, number by number.</summary>
[TestClass]
public sealed class StepwiseRecurrenceTests
{
    private const int Inputs = 2, Hidden = 2;

    private static readonly double[][] s_sequence = [[0.3, -0.8], [1.1, 0.4], [-0.5, 0.9]];

    [TestMethod]
    public void Elman_IsItsFormula() => AssertUnrolled(RecurrentCell.Elman, false, (w, x, state) =>
    {
        var h = w.Gate(0, x, state[0]).Select(Math.Tanh).ToArray();
        return [h];
    });

    [TestMethod]
    public void Jordan_IsItsFormula() => AssertUnrolled(RecurrentCell.Jordan, false, (w, x, state) =>
    {
        var h = w.Gate(0, x, state[0]).Select(Math.Tanh).ToArray();
        var y = Enumerable.Range(0, Hidden)
            .Select(j => Math.Tanh(w.Of("outputBias", j) + (w.Of("outputWeight", j, 0) * h[0]) + (w.Of("outputWeight", j, 1) * h[1])));
        return [y.ToArray()];
    });

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Lstm_IsItsFormula(bool peepholes) => AssertUnrolled(RecurrentCell.Lstm, peepholes, (w, x, state) =>
    {
        double Peep(int row, int channel, double seen) => peepholes ? w.Of("peepholes", row, channel) * seen : 0;
        var c = state[1];
        var i = w.Gate(0, x, state[0]).Select((sum, j) => Sigmoid(sum + Peep(0, j, c[j]))).ToArray();
        var f = w.Gate(1, x, state[0]).Select((sum, j) => Sigmoid(sum + Peep(1, j, c[j]))).ToArray();
        var g = w.Gate(2, x, state[0]).Select(Math.Tanh).ToArray();
        var next = c.Select((cell, j) => (f[j] * cell) + (i[j] * g[j])).ToArray();
        var o = w.Gate(3, x, state[0]).Select((sum, j) => Sigmoid(sum + Peep(2, j, next[j]))).ToArray();
        return [next.Select((cell, j) => o[j] * Math.Tanh(cell)).ToArray(), next];
    });

    [TestMethod]
    public void Gru_IsItsFormula() => AssertUnrolled(RecurrentCell.Gru, false, (w, x, state) =>
    {
        var h = state[0];
        var r = w.Gate(0, x, h).Select(Sigmoid).ToArray();
        var z = w.Gate(1, x, h).Select(Sigmoid).ToArray();
        var n = Enumerable.Range(0, Hidden)
            .Select(j => Math.Tanh(w.Input(2, j, x) + (r[j] * (w.Recurrent(2, j, h) + w.Of("candidateBias", j))))).ToArray();
        return [n.Select((candidate, j) => ((1 - z[j]) * candidate) + (z[j] * h[j])).ToArray()];
    });

    private static void AssertUnrolled(RecurrentCell cell, bool peepholes, Func<Weights, double[], double[][], double[][]> step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layer = new RecurrentLayer(new(Inputs, Hidden, cell, Peepholes: peepholes), new Generator(1)).to(ScalarType.Float64);
        foreach (var (name, parameter) in layer.named_parameters())
        {
            parameter.copy_(Tensors.Random((ulong)name.Length, parameter.shape));
        }
        Weights weights = new(layer.named_parameters().ToDictionary(p => p.name, p => p.parameter));
        double[][] state = [new double[Hidden], new double[Hidden]];
        List<double> expected = [];
        foreach (var x in s_sequence)
        {
            state = step(weights, x, state);
            expected.AddRange(state[0]);
        }
        var hidden = layer.call(tensor(s_sequence.SelectMany(x => x).ToArray()).view(1, 3, Inputs), null);
        Tensors.AssertClose(tensor(expected.ToArray()).view(1, 3, Hidden), hidden, Tolerance.Double);
    }

    private static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));

    private sealed class Weights(Dictionary<string, Parameter> tensors)
    {
        public double Of(string name, int row) => tensors[name][row].Item<double>();

        public double Of(string name, int row, int column) => tensors[name][row, column].Item<double>();

        public double Input(int gate, int channel, double[] x)
        {
            var row = (gate * Hidden) + channel;
            return (Of("inputWeight", row, 0) * x[0]) + (Of("inputWeight", row, 1) * x[1]) + Of("bias", row);
        }

        public double Recurrent(int gate, int channel, double[] h)
        {
            var row = (gate * Hidden) + channel;
            return (Of("recurrentWeight", row, 0) * h[0]) + (Of("recurrentWeight", row, 1) * h[1]);
        }

        public double[] Gate(int gate, double[] x, double[] h) =>
            [.. Enumerable.Range(0, Hidden).Select(channel => Input(gate, channel, x) + Recurrent(gate, channel, h))];
    }
}
