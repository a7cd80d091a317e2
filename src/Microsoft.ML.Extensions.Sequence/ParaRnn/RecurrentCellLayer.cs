using System.Globalization;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Onnx;
using TorchSharp;
using TorchSharp.Modules;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A recurrent layer of Danieli et al. 2025 (arXiv 2510.21450): [B, T, D] to [B, T, H] by a cell with diagonal recurrent weights
/// and block-diagonal input weights, zero beyond each row's length.
/// Parameters: input [Heads, D / Heads, G, H / Heads], recurrent [P, H] (peepholes included), bias [G, H].
/// </summary>
internal sealed class RecurrentCellLayer<TCell> : ScanLayer, IConstrained, IWarningSource, IWeightMatrices
    where TCell : struct, IRecurrentCell<TCell>
{
    /// <summary>Within this bound Newton's iteration converges in three steps (section 1 of the paper's recipe).</summary>
    public const double DefaultRecurrentBound = 0.5;

    private static readonly NewtonOutcome[] s_notable = [NewtonOutcome.FellBack, NewtonOutcome.Raised];

    private readonly RecurrentCellLayerOptions _options;
    private readonly NewtonSettings _newton;
    private readonly HashSet<NewtonOutcome> _told = [];
    private readonly Parameter input;
    private readonly Parameter recurrent;
    private readonly Parameter bias;

    /// <param name="options">Sizes and direction.</param>
    /// <param name="generator">The source of the initial weights; the global one is not touched.</param>
    public RecurrentCellLayer(RecurrentCellLayerOptions options, torch.Generator generator) : base(nameof(RecurrentCellLayer<TCell>))
    {
        options.Validate();
        (_options, _newton) = (options, options.Newton ?? new NewtonSettings());
        input = new Parameter(ParaRnnInitialization.Input<TCell>(options, generator));
        recurrent = new Parameter(ParaRnnInitialization.Recurrent<TCell>(options, generator));
        bias = new Parameter(ParaRnnInitialization.Bias<TCell>(options));
        RegisterComponents();
    }

    /// <summary>Counts the outcomes of Newton's iteration.</summary>
    public NewtonReport Newton { get; } = new();

    public override int OutputSize => _options.HiddenSize;

    public override long StepNumbers => 4L * TCell.Gates * _options.HiddenSize;

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.ByHead(nameof(input), input, WeightRole.InputToHidden)];

    public override torch.Tensor forward(torch.Tensor sequence, int[]? lengths) => Run(sequence, lengths, null, false).Hidden;

    public override torch.Tensor? Both(torch.Tensor sequence, int[]? lengths, ScanLayer backwards)
    {
        if (!training || ModeFor(sequence) != RecurrenceMode.Fused || backwards is not RecurrentCellLayer<TCell> other)
        {
            return null;
        }
        using var scope = torch.NewDisposeScope();
        var shape = new ScanShape((int)sequence.shape[0], (int)sequence.shape[1], _options.HiddenSize, _options.Heads, _options.Reverse);
        return FusedCellScans<TCell>.Run(
            sequence, [(input, torch.cat([recurrent, bias])), (other.input, torch.cat([other.recurrent, other.bias]))], shape, lengths)
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// As forward, with the state after each row's last step, [S, B, H]; passed as <paramref name="initial"/>, it continues from there.
    /// </summary>
    public (torch.Tensor Hidden, torch.Tensor Last) Resume(torch.Tensor sequence, int[]? lengths = null, torch.Tensor? initial = null)
    {
        var (hidden, last) = Run(sequence, lengths, initial, true);
        return (hidden, last!);
    }

    public override torch.Tensor Advance(torch.Tensor steps, StreamState state, string name)
    {
        var (hidden, last) = Resume(steps, initial: state.Get(name, () => Zero(steps)));
        state.Set(name, last);
        return hidden;
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        using var scope = torch.NewDisposeScope();
        var gates = Enumerable.Range(0, TCell.Gates).Select(gate =>
            graph.Plus(graph.MatMul(input, graph.Constant(GateMatrix(gate))), graph.Constant(bias.select(0, gate)))).ToArray();
        var zeros = Enumerable.Repeat(new OnnxState(0, _options.HiddenSize), TCell.States).ToArray();
        return graph.Scan(zeros, gates, _options.Reverse, Step).Outputs[0];

        (OnnxValue[] Next, OnnxValue[] Outputs) Step(OnnxGraph step, OnnxValue[] states, OnnxValue[] x)
        {
            var parameters = Enumerable.Range(0, TCell.Parameters).Select(row => step.Constant(recurrent.select(0, row))).ToArray();
            var next = new OnnxLane[TCell.States];
            TCell.Step<OnnxLane, ArrayRows<OnnxLane>, ArrayRows<OnnxLane>>(Lanes(x, true), Lanes(parameters, false), Lanes(states, true), new(next));
            OnnxValue[] values = [.. next.Zip(states, (lane, state) => lane.For(step, state))];
            return (values, [values[^1]]);

            ArrayRows<OnnxLane> Lanes(OnnxValue[] values, bool isPerRow) => new([.. values.Select(value => OnnxLane.Of(step, value, isPerRow))]);
        }
    }

    // [D, H], block-diagonal.
    private torch.Tensor GateMatrix(int gate) =>
        torch.block_diag(Enumerable.Range(0, _options.Heads).Select(head => input.detach()[head].select(1, gate)).ToArray());

    /// <summary>Clamps the recurrent weights to the range that the options allow.</summary>
    public void Constrain()
    {
        if (_options.RecurrentBound > 0)
        {
            ClipRecurrentWeights(_options.RecurrentBound);
        }
    }

    /// <summary>The initial state [S, B, H] of rows like these.</summary>
    public torch.Tensor Zero(torch.Tensor sequence) =>
        torch.zeros(TCell.States, sequence.shape[0], _options.HiddenSize, dtype: sequence.dtype, device: sequence.device);

    /// <summary>Clamps the recurrent weights to [-bound, bound].</summary>
    public void ClipRecurrentWeights(double bound = DefaultRecurrentBound)
    {
        using var noGrad = torch.no_grad();
        using Scalar least = -bound, most = bound;
        recurrent.clamp_(least, most);
    }

    string? IWarningSource.TakeWarning()
    {
        var outcome = s_notable.FirstOrDefault(outcome => Newton.Count(outcome) > 0 && _told.Add(outcome));
        var after = string.Create(
            CultureInfo.InvariantCulture, $"after {_newton.Iterations} Newton iterations a residual exceeded {_newton.Tolerance}");
        return outcome switch
        {
            NewtonOutcome.FellBack => $"In some batches {after} and did not settle; these were computed step by step: correct, but slow. "
                + $"Lower {nameof(ParaRnnOptions.RecurrentWeightClip)}, or set {nameof(ParaRnnOptions.Mode)} to {nameof(RecurrenceMode.Auto)}.",
            NewtonOutcome.Raised => $"In some batches {after}, and up to {_newton.MostIterations} iterations ran: correct, but slower. "
                + $"Raise {nameof(ParaRnnOptions.NewtonIterations)}, or lower {nameof(ParaRnnOptions.RecurrentWeightClip)}.",
            _ => null,
        };
    }

    private RecurrentOutputs Run(torch.Tensor sequence, int[]? lengths, torch.Tensor? initial, bool wantsLast)
    {
        using var scope = torch.NewDisposeScope();
        RecurrentInputs inputs = new(
            Products(sequence), torch.cat([recurrent, bias]), lengths, _options.Reverse, initial, wantsLast);
        var outputs = ModeFor(sequence) switch
        {
            RecurrenceMode.Fused => FusedRecurrence<TCell>.Run(inputs),
            RecurrenceMode.Newton => NewtonRecurrence<TCell>.Run(inputs, _newton, Newton),
            _ => TensorRecurrence<TCell>.Run(inputs),
        };
        outputs.Hidden.MoveToOuterDisposeScope();
        outputs.Last?.MoveToOuterDisposeScope();
        return outputs;
    }

    private RecurrenceMode ModeFor(torch.Tensor sequence) =>
        _options.Mode != RecurrenceMode.Auto ? _options.Mode
        : FusedRecurrence<TCell>.Serves(sequence) ? RecurrenceMode.Fused
        : sequence.device_type == DeviceType.CPU ? RecurrenceMode.Sequential
        : RecurrenceMode.Newton;

    // [B, T, D] -> [Heads, B, T, G, W] in one product; a batched product of one is slower than a plain one.
    private torch.Tensor Products(torch.Tensor sequence)
    {
        var (batch, steps, heads) = (sequence.shape[0], sequence.shape[1], (long)_options.Heads);
        var products = training && FusedProduct.Serves(sequence)
            ? FusedProduct.ByHead(sequence.reshape(batch * steps, _options.InputSize), input.view(heads, _options.HeadInputs, -1))
            : heads == 1
            ? sequence.reshape(batch * steps, _options.InputSize).mm(input.view(_options.InputSize, -1))
            : sequence.reshape(batch * steps, heads, _options.HeadInputs).transpose(0, 1).bmm(input.view(heads, _options.HeadInputs, -1));
        return products.view(heads, batch, steps, TCell.Gates, _options.HeadChannels);
    }
}
