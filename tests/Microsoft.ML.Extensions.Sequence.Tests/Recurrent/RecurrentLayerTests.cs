using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

/// <summary>
/// The layer: libtorch's layers with the same weights, finite differences, truncation, padding, directions, how gradients fade.
/// </summary>
[TestClass]
public sealed class RecurrentLayerTests
{
    private const int Batch = 3, Steps = 12, Inputs = 4, Hidden = 6;

    [TestMethod]
    [DataRow(RecurrentCell.Elman, RecurrentActivation.Tanh, false)]
    [DataRow(RecurrentCell.Elman, RecurrentActivation.Relu, false)]
    [DataRow(RecurrentCell.Lstm, RecurrentActivation.Tanh, false)]
    [DataRow(RecurrentCell.Gru, RecurrentActivation.Tanh, false)]
    [DataRow(RecurrentCell.Elman, RecurrentActivation.Tanh, true)]
    [DataRow(RecurrentCell.Lstm, RecurrentActivation.Tanh, true)]
    [DataRow(RecurrentCell.Gru, RecurrentActivation.Tanh, true)]
    public void Layer_WithTheWeightsOfLibtorchs_GivesItsOutputsAndGradients(
        RecurrentCell cell, RecurrentActivation activation, bool stepwise)
    {
        using var scope = NewDisposeScope();
        var layer = new RecurrentLayer(new(Inputs, Hidden, cell, activation, Stepwise: stepwise), new Generator(1));
        var peer = Peer(cell, activation);
        CopyTo(layer, peer);
        var (x, y) = (Tensors.Random(2, Batch, Steps, Inputs).requires_grad_(), Tensors.Random(2, Batch, Steps, Inputs).requires_grad_());
        var (hidden, expected) = (layer.call(x, null), Run(peer, y));
        var cotangent = Tensors.Random(3, hidden.shape);
        hidden.backward([cotangent]);
        expected.backward([cotangent]);
        Tensors.AssertClose(expected, hidden, Tolerance.Single, "outputs");
        Tensors.AssertClose(y.grad!, x.grad!, Tolerance.Single, "dx");
        var (own, others) = (layer.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!), Gradients(peer));
        Tensors.AssertClose(others["weight_ih_l0"], own["inputWeight"], Tolerance.SingleGradient, "input weights");
        Tensors.AssertClose(others["weight_hh_l0"], own["recurrentWeight"], Tolerance.SingleGradient, "recurrent weights");
        Tensors.AssertClose(others["bias_ih_l0"], own["bias"], Tolerance.SingleGradient, "bias");
        if (cell == RecurrentCell.Gru)
        {
            Tensors.AssertClose(others["bias_hh_l0"].narrow(0, 2 * Hidden, Hidden), own["candidateBias"], Tolerance.SingleGradient,
                "candidate bias");
        }
    }

    [TestMethod]
    [DataRow(RecurrentCell.Elman, false)]
    [DataRow(RecurrentCell.Jordan, false)]
    [DataRow(RecurrentCell.Lstm, true)]
    [DataRow(RecurrentCell.Gru, false)]
    public void BackPropagationThroughTime_EqualsFiniteDifferences(RecurrentCell cell, bool peepholes)
    {
        using var scope = NewDisposeScope();
        var layer = new RecurrentLayer(new(2, 3, cell, Peepholes: peepholes), new Generator(1)).to(ScalarType.Float64);
        var x = Tensors.Random(2, 2, 5, 2).to(ScalarType.Float64);
        var cotangent = Tensors.Random(3, 2, 5, 3).to(ScalarType.Float64);
        double Loss()
        {
            using var noGrad = no_grad();
            return (layer.call(x, [5, 3]) * cotangent).sum().Item<double>();
        }
        (layer.call(x, [5, 3]) * cotangent).sum().backward();
        foreach (var (name, parameter) in layer.named_parameters())
        {
            var flat = parameter.detach().view(-1);
            for (var i = 0; i < flat.numel(); i++)
            {
                Assert.AreEqual(Difference(flat[i], Loss), parameter.grad!.reshape(-1)[i].Item<double>(), 1e-6, $"{name}[{i}]");
            }
        }
    }

    [TestMethod]
    [DataRow(RecurrentCell.Elman)]
    [DataRow(RecurrentCell.Jordan)]
    [DataRow(RecurrentCell.Lstm)]
    [DataRow(RecurrentCell.Gru)]
    public void Truncation_BeyondTheSteps_ChangesNothing_AndWithinThemTheGradientAlone(RecurrentCell cell)
    {
        using var scope = NewDisposeScope();
        var (full, beyond, within) = (Gradient(cell, 0), Gradient(cell, Steps), Gradient(cell, 5));
        LayerProblem.AssertClose(full, beyond, 0, "beyond");
        Tensors.AssertSameBits(full[0], within[0], "states pass");
        Assert.IsTrue((full[1] - within[1]).abs().max().Item<float>() > 1e-4);
    }

    [TestMethod]
    [DataRow(RecurrentCell.Elman)]
    [DataRow(RecurrentCell.Jordan)]
    [DataRow(RecurrentCell.Lstm)]
    [DataRow(RecurrentCell.Gru)]
    public void Reverse_IsForwardOnTurnedRows(RecurrentCell cell)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = Tensors.Random(2, Batch, Steps, Inputs);
        var (ahead, back) = (Layer(cell), Layer(cell, reverse: true));
        Tensors.AssertClose(ahead.call(x.flip(1), null).flip(1), back.call(x, null), Tolerance.Single);
    }

    [TestMethod]
    [DataRow(RecurrentCell.Elman)]
    [DataRow(RecurrentCell.Jordan)]
    [DataRow(RecurrentCell.Lstm)]
    [DataRow(RecurrentCell.Gru)]
    public void Padding_WhateverItHolds_ChangesNothingAndIsZeroInTheOutput(RecurrentCell cell)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var reverse in new[] { false, true })
        {
            var (layer, x) = (Layer(cell, reverse), Tensors.Random(2, 2, Steps, Inputs));
            var alone = layer.call(x.narrow(0, 1, 1).narrow(1, 0, 7), null);
            x[1].narrow(0, 7, Steps - 7).Fill(float.NaN);
            var padded = layer.call(x, [Steps, 7])[1];
            Tensors.AssertClose(alone[0], padded.narrow(0, 0, 7), Tolerance.Single);
            Assert.AreEqual(0f, padded.narrow(0, 7, Steps - 7).abs().max().Item<float>());
        }
    }

    [TestMethod]
    [DataRow(RecurrentCell.Elman)]
    [DataRow(RecurrentCell.Jordan)]
    [DataRow(RecurrentCell.Lstm)]
    [DataRow(RecurrentCell.Gru)]
    public void Resume_FromThePieceBefore_EqualsTheWhole(RecurrentCell cell)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (layer, x) = (Layer(cell), Tensors.Random(2, Batch, Steps, Inputs));
        var (whole, end) = layer.Resume(x);
        var (first, reached) = layer.Resume(x.narrow(1, 0, 5));
        var (second, last) = layer.Resume(x.narrow(1, 5, Steps - 5), initial: reached);
        Tensors.AssertClose(whole, cat([first, second], 1), Tolerance.Single);
        Tensors.AssertClose(end, last, Tolerance.Single);
    }

    // tanh at 0 has slope 1, so without inputs an orthogonal matrix times rho shrinks a gradient by rho a step; an LSTM whose forget gate
    // stands open keeps its cell's.
    [TestMethod]
    public void Gradient_OfAnElmanCellFadesWithThePowerOfItsMatrix_AndThatOfAnOpenLstmStays()
    {
        using var scope = NewDisposeScope();
        const double rho = 0.8;
        var elman = Layer(RecurrentCell.Elman);
        Set(elman, "recurrentWeight", weight => weight.Scale(rho));
        foreach (var steps in new[] { 5, 20, 40 })
        {
            Assert.AreEqual(Math.Pow(rho, steps), FirstStateGradient(elman, 1, steps), 1e-3 * Math.Pow(rho, steps));
        }
        var lstm = Layer(RecurrentCell.Lstm);
        Set(lstm, "recurrentWeight", weight => weight.zero_());
        Set(lstm, "bias", bias => bias.narrow(0, Hidden, Hidden).Fill(20));
        Assert.AreEqual(1, FirstStateGradient(lstm, 2, 40), 1e-4);
    }

    [TestMethod]
    public void RecurrentMatrices_BeginOrthogonal_AndTheForgetGateOpen()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var weights = Layer(RecurrentCell.Lstm).named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (var gate in weights["recurrentWeight"].view(4, Hidden, Hidden).unbind(0))
        {
            Tensors.AssertClose(eye(Hidden), gate.mm(gate.t()), Tolerance.Single);
        }
        Assert.AreEqual(1f, weights["bias"].narrow(0, Hidden, Hidden).min().Item<float>());
        Assert.AreEqual(Hidden, weights["bias"].sum().Item<float>());
    }

    [TestMethod]
    public void Lengths_BeyondTheSteps_AreRefused()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsExactly<ArgumentException>(() => Layer(RecurrentCell.Lstm).call(zeros(2, 3, Inputs), [4, 1]));
    }

    private static RecurrentLayer Layer(RecurrentCell cell, bool reverse = false) =>
        new(new(Inputs, Hidden, cell, Reverse: reverse), new Generator(1));

    private static void Set(RecurrentLayer layer, string name, Action<Tensor> change)
    {
        using var noGrad = no_grad();
        change(layer.named_parameters().Single(pair => pair.name == name).parameter);
    }

    // The norm of the gradient of the state's last row (an LSTM's cell) by the same row of the first state, along one direction.
    private static double FirstStateGradient(RecurrentLayer layer, int states, int steps)
    {
        var initial = zeros(states, 1, Hidden).requires_grad_();
        layer.Resume(zeros(1, steps, Inputs), initial: initial).Last[states - 1].sum().backward();
        return initial.grad![states - 1].norm().Item<float>() / Math.Sqrt(Hidden);
    }

    // Outputs, and the gradient of the input.
    private static Tensor[] Gradient(RecurrentCell cell, int truncation)
    {
        var layer = new RecurrentLayer(new(Inputs, Hidden, cell, Truncation: truncation), new Generator(1));
        var x = Tensors.Random(2, Batch, Steps, Inputs).requires_grad_();
        var hidden = layer.call(x, null);
        hidden.sum().backward();
        return [hidden, x.grad!];
    }

    private static double Difference(Tensor entry, Func<double> loss)
    {
        const double step = 1e-5;
        using var noGrad = no_grad();
        entry.Add(step);
        var above = loss();
        entry.Subtract(2 * step);
        var below = loss();
        entry.Add(step);
        return (above - below) / (2 * step);
    }

    private static nn.Module Peer(RecurrentCell cell, RecurrentActivation activation) => cell switch
    {
        RecurrentCell.Lstm => nn.LSTM(Inputs, Hidden, batchFirst: true),
        RecurrentCell.Gru => nn.GRU(Inputs, Hidden, batchFirst: true),
        _ => nn.RNN(Inputs, Hidden, nonLinearity: activation == RecurrentActivation.Relu ? nn.NonLinearities.ReLU
            : nn.NonLinearities.Tanh, batchFirst: true),
    };

    private static Tensor Run(nn.Module peer, Tensor x) => peer switch
    {
        TorchSharp.Modules.LSTM lstm => lstm.call(x, null).Item1,
        TorchSharp.Modules.GRU gru => gru.call(x, null).Item1,
        TorchSharp.Modules.RNN rnn => rnn.call(x, null).Item1,
        _ => throw new ArgumentException(peer.GetName(), nameof(peer)),
    };

    // The gates stand in libtorch's order; of its two biases a gate one is enough, save the GRU's candidate's.
    private static void CopyTo(RecurrentLayer layer, nn.Module peer)
    {
        using var noGrad = no_grad();
        var (own, others) = (layer.named_parameters().ToDictionary(p => p.name, p => p.parameter),
            peer.named_parameters().ToDictionary(p => p.name, p => p.parameter));
        others["weight_ih_l0"].copy_(own["inputWeight"]);
        others["weight_hh_l0"].copy_(own["recurrentWeight"]);
        own["bias"].copy_(Tensors.Random(5, own["bias"].shape));
        others["bias_ih_l0"].copy_(own["bias"]);
        others["bias_hh_l0"].zero_();
        if (own.TryGetValue("candidateBias", out var candidate))
        {
            candidate.copy_(Tensors.Random(6, Hidden));
            others["bias_hh_l0"].narrow(0, 2 * Hidden, Hidden).copy_(candidate);
        }
    }

    private static Dictionary<string, Tensor> Gradients(nn.Module peer) =>
        peer.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.grad!);
}
