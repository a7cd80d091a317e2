using System.Numerics;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Systems with a diagonal A per feature; B is 1.</summary>
/// <remarks>
/// S4D (Gu, Gupta, Goel, Re 2022, arXiv 2206.11893) with LSSL's bilinear transform: an LSSL whose A is restricted to diagonals. A real
/// part is minus an exponential, so a learned A stays stable. One value represents each conjugate pair.
/// </remarks>
internal sealed class DiagonalStateSpace : StateSpace
{
    private readonly Tensor matrixLogDecay;
    private readonly Tensor? matrixFrequency;
    private readonly Tensor logTimescale;
    private readonly Parameter output;
    private readonly Scalar _implicitPart;
    private readonly Scalar _explicitPart;
    private readonly Scalar _samplingRate;
    private readonly Scalar _copies;

    public DiagonalStateSpace(LsslOptions options, Generator generator)
        : base(nameof(DiagonalStateSpace))
    {
        var isReal = options.StateMatrix == StateMatrix.DiagonalReal;
        NetworkMemory.Ask(isReal ? 1 : 2, options.HiddenSize, isReal ? options.StateSize : Pairs(options));
        var poles = Poles(options);
        Tensor PerFeature(Func<Complex, double> part) =>
            tensor(poles.Select(pole => (float)part(pole)).ToArray()).unsqueeze(0).repeat(options.HiddenSize, 1);
        var learnsMatrix = options.Learn.Learns(LsslLearning.StateMatrix);
        matrixLogDecay = this.Hold(nameof(matrixLogDecay), PerFeature(pole => Math.Log(-pole.Real)), learnsMatrix);
        matrixFrequency = isReal ? null : this.Hold(nameof(matrixFrequency), PerFeature(pole => pole.Imaginary), learnsMatrix);
        logTimescale = this.Hold(TimescaleName, DrawLogTimescales(options, generator), options.Learn.Learns(LsslLearning.Timescale));
        output = isReal
            ? Initial.Normal(1, generator, options.HiddenSize, options.Channels, poles.Length, 1)
            : Initial.Normal(Math.Sqrt(0.5), generator, options.HiddenSize, options.Channels, poles.Length, 2);
        _implicitPart = -options.Alpha;
        _explicitPart = 1 - options.Alpha;
        _samplingRate = options.SamplingRate;
        _copies = isReal ? 1 : 2;
        RegisterComponents();
    }

    public override Tensor forward(long length)
    {
        using var scope = NewDisposeScope();
        var (poles, weights) = Discretize();
        return Kernel(poles, weights, length).MoveToOuterDisposeScope();
    }

    public override SteppedStateSpace Stepped(StreamState state)
    {
        Tensor Part(Func<(Tensor Poles, Tensor Weights), Tensor> part)
        {
            using var scope = NewDisposeScope();
            return part(Discretize()).MoveToOuterDisposeScope();
        }
        return new SteppedDiagonal(
            state.Held("poles", () => Part(system => system.Poles)), state.Held("weights", () => Part(system => system.Weights)));
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue inputs, bool reverse)
    {
        using var scope = NewDisposeScope();
        var (poles, weights) = Discretize();
        var zero = new OnnxState(0, poles.shape);
        return graph.Scan([zero, zero], [inputs], reverse, (step, state, input) =>
        {
            var (real, imaginary) = (step.Constant(poles.real), step.Constant(poles.imag));
            var next = step.Plus(
                step.Minus(step.Times(state[0], real), step.Times(state[1], imaginary)), step.Unsqueeze(input[0], 2));
            var turned = step.Plus(step.Times(state[0], imaginary), step.Times(state[1], real));
            var modes = step.Minus(
                step.Times(step.Unsqueeze(next, 2), step.Constant(weights.real)), step.Times(step.Unsqueeze(turned, 2), step.Constant(weights.imag)));
            return ([next, turned], [step.Sum(modes, keep: false, 3)]);
        }).Outputs[0];
    }

    private static Tensor Kernel(Tensor poles, Tensor weights, long length) =>
        poles.device_type == DeviceType.CPU && poles.dtype == ScalarType.ComplexFloat32
            ? FusedVandermonde.Kernel(poles, weights, length)
            : TensorVandermonde.Kernel(poles, weights, length);

    // The diagonal of Abar, [H, modes], and C Bbar for all conjugates, [H, M, modes].
    private (Tensor Poles, Tensor Weights) Discretize()
    {
        var step = (logTimescale.exp() / _samplingRate).unsqueeze(-1);
        var decay = matrixLogDecay.exp().neg() * step;
        var moved = complex(decay, matrixFrequency is null ? zeros_like(decay) : matrixFrequency * step);
        var inverse = (moved * _implicitPart).Plus(Numbers.One).reciprocal();
        var poles = (moved * _explicitPart).Plus(Numbers.One) * inverse;
        var c = matrixFrequency is null ? complex(output.squeeze(-1), zeros_like(output.squeeze(-1))) : view_as_complex(output);
        return (poles, c * (inverse * step * _copies).unsqueeze(1));
    }

    private static int Pairs(LsslOptions options) => (options.StateSize + 1) / 2;

    private static Complex[] Poles(LsslOptions options)
    {
        var pairs = Pairs(options);
        return options.StateMatrix switch
        {
            StateMatrix.DiagonalLin => DiagonalStates.Lin(pairs),
            StateMatrix.DiagonalInv => DiagonalStates.Inv(pairs),
            StateMatrix.DiagonalLegS => DiagonalStates.LegS(pairs),
            _ => DiagonalStates.Real(options.StateSize),
        };
    }

    // Bbar is folded into C, so that a step adds the input itself; states are stored as real pairs, [B, H, modes, 2].
    private sealed class SteppedDiagonal(Tensor poles, Tensor weights) : SteppedStateSpace
    {
        public override Tensor Zero(long rows) => view_as_real(zeros_like(poles)).unsqueeze(0).repeat(rows, 1, 1, 1);

        public override Tensor Next(Tensor state, Tensor input) =>
            view_as_real((view_as_complex(state) * poles).Plus(input.unsqueeze(-1)));

        public override Tensor Output(Tensor state) => (view_as_complex(state).unsqueeze(2) * weights).sum(-1).real;
    }
}
