using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Systems that share one A, dense or structured: kernels are C times the Krylov vectors <c>Abar^l Bbar</c>, <c>[H, N, L]</c>.
/// </summary>
/// <remarks>
/// B is not learned, since C has the same freedom. Where only C is learned (LSSL-fixed of the paper), the vectors are cached
/// between training steps.
/// </remarks>
internal sealed class KrylovStateSpace : StateSpace
{
    private readonly StateMatrixLayer matrix;
    private readonly Tensor input;
    private readonly Tensor logTimescale;
    private readonly Parameter output;
    private readonly LsslKernel _kernel;
    private readonly double _alpha;
    private readonly Scalar _implicitPart;
    private readonly Scalar _explicitPart;
    private readonly Scalar _samplingRate;
    private readonly bool _isFixed;
    private Tensor? _kept;

    public KrylovStateSpace(LsslOptions options, Generator generator)
        : base(nameof(KrylovStateSpace))
    {
        matrix = StateMatrixLayer.Create(options, generator);
        NetworkMemory.Ask(options.StateSize);
        input = this.Hold(nameof(input), Input(options), learned: false);
        logTimescale = this.Hold(TimescaleName, DrawLogTimescales(options, generator), options.Learn.Learns(LsslLearning.Timescale));
        output = Initial.Normal(1, generator, options.HiddenSize, options.Channels, options.StateSize);
        (_kernel, _alpha, _isFixed) = (options.Kernel, options.Alpha, options.Learn == LsslLearning.None);
        _implicitPart = -options.Alpha;
        _explicitPart = 1 - options.Alpha;
        _samplingRate = options.SamplingRate;
        RegisterComponents();
    }

    public override Tensor forward(long length)
    {
        using var scope = NewDisposeScope();
        return (_isFixed && output.requires_grad ? output.Times(Kept(length))
            : IsStructured ? StructuredKernel((StructuredMatrixLayer)matrix, length)
            : output.Times(DenseVectors(length))).MoveToOuterDisposeScope();
    }

    public override SteppedStateSpace Stepped(StreamState state)
    {
        Tensor Part(Func<(Tensor Transition, Tensor Input), Tensor> part)
        {
            using var scope = NewDisposeScope();
            return part(Discretize()).contiguous().MoveToOuterDisposeScope();
        }
        return new SteppedDense(
            state.Held("transition", () => Part(system => system.Transition)), state.Held("input", () => Part(system => system.Input)),
                output);
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue inputs, bool reverse)
    {
        using var scope = NewDisposeScope();
        var (transition, start) = Discretize();
        return graph.Scan([new OnnxState(0, [.. start.shape, 1])], [inputs], reverse, (step, state, u) =>
        {
            var moved = step.MatMul(step.Constant(transition), state[0]);
            var next = step.Plus(moved, step.Times(step.Unsqueeze(u[0], 2, 3), step.Constant(start.unsqueeze(-1))));
            return ([next], [step.Squeeze(step.MatMul(step.Constant(output), next), 3)]);
        }).Outputs[0];
    }

    // A trained model caches its kernels, not the vectors, since weights may be loaded between training and scoring.
    public override void train(bool on = true)
    {
        base.train(on);
        if (!on)
        {
            Forget();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Forget();
        }
        base.Dispose(disposing);
    }

    private void Forget()
    {
        _kept?.Dispose();
        _kept = null;
    }

    private Tensor Kept(long length)
    {
        if (_kept is null || _kept.shape[^1] < length || _kept.device.ToString() != output.device.ToString() || _kept.dtype != output.dtype)
        {
            Forget();
            using var noGrad = no_grad();
            _kept = Krylov(length).contiguous().DetachFromDisposeScope();
        }
        return _kept.narrow(-1, 0, length);
    }

    private Tensor Krylov(long length) => IsStructured ? StructuredVectors((StructuredMatrixLayer)matrix, length) : DenseVectors(length);

    private bool IsStructured
    {
        get
        {
            var serves = output.device_type == DeviceType.CPU && output.dtype == ScalarType.Float32;
            return _kernel switch
            {
                LsslKernel.Structured => serves ? true : throw new NotSupportedException(
                    $"The structured kernel computes in Float32 on the CPU, and the layer is {output.dtype} on {output.device}. Use the kernel {LsslKernel.Auto}."),
                LsslKernel.Auto => serves && _alpha > 0 && matrix is StructuredMatrixLayer,
                _ => false,
            };
        }
    }

    private Tensor DenseVectors(long length)
    {
        var (transition, start) = Discretize();
        return DenseKrylov.Run(transition, start, length);
    }

    // [L, N, H], the vectors over P, by the tridiagonal recurrence.
    private Tensor StructuredVectors(StructuredMatrixLayer structured, long length)
    {
        var (solved, multiplied, seed) = Pencil(structured);
        return FusedTridiagonalKrylov.States(solved, multiplied, seed, _alpha, length).permute(2, 1, 0) * structured.Left.unsqueeze(-1);
    }

    private Tensor StructuredKernel(StructuredMatrixLayer structured, long length)
    {
        var (solved, multiplied, seed) = Pencil(structured);
        return FusedTridiagonalKrylov.Kernel(solved, multiplied, seed, (output * structured.Left).permute(1, 2, 0), _alpha, length)
            .permute(2, 0, 1);
    }

    private (Tensor Solved, Tensor Multiplied, Tensor Seed) Pencil(StructuredMatrixLayer structured)
    {
        var step = logTimescale.exp() / _samplingRate;
        using Scalar alpha = _alpha;
        var (solved, multiplied) = structured.Pencil(step * alpha);
        return (solved, multiplied, (input / structured.Left).unsqueeze(-1) * step);
    }

    // Abar [H, N, N] and Bbar [H, N].
    private (Tensor Transition, Tensor Input) Discretize()
    {
        var step = (logTimescale.exp() / _samplingRate).view(-1, 1, 1);
        var moved = matrix.Dense().unsqueeze(0) * step;
        var one = eye(moved.shape[^1], dtype: moved.dtype, device: moved.device);
        var right = cat([(moved * _explicitPart).Plus(one), input.view(1, -1, 1) * step], -1);
        var solved = linalg.solve((moved * _implicitPart).Plus(one), right);
        return (solved.narrow(-1, 0, moved.shape[^1]), solved.select(-1, moved.shape[^1]));
    }

    private static Tensor Input(LsslOptions options) => options.StateMatrix is StateMatrix.LegS or StateMatrix.LegT
        ? tensor(Hippo.LegendreInput(options.StateSize).Select(value => (float)value).ToArray())
        : ones(options.StateSize);

    private sealed class SteppedDense(Tensor transition, Tensor start, Tensor output) : SteppedStateSpace
    {
        public override Tensor Zero(long rows) => zeros_like(start).unsqueeze(0).repeat(rows, 1, 1);

        public override Tensor Next(Tensor state, Tensor input) =>
            transition.Times(state.unsqueeze(-1)).squeeze(-1).Plus(input.unsqueeze(-1) * start);

        public override Tensor Output(Tensor state) => output.Times(state.unsqueeze(-1)).squeeze(-1);
    }
}
