using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A recurrent layer with dense matrices: <c>[B, T, D]</c> to <c>[B, T, H]</c>, zero beyond each row's length.</summary>
/// <remarks>
/// Input matrices are initialised uniformly, recurrent ones orthogonally gate by gate (Saxe, McClelland, Ganguli 2014, arXiv 1312.6120):
/// orthogonal matrices preserve the norm of a state, so gradients reach further back at the start of training than with uniform numbers
/// within 1 / sqrt(H), whose spectral radius is about 0.6. Biases start at 0, an LSTM's forget gate's at 1 (Gers et al. 2000; Jozefowicz et
/// al. 2015).
/// </remarks>
internal sealed class RecurrentLayer : ScanLayer, IWeightMatrices
{
    private const string Reached = "reached";

    private readonly Parameter inputWeight;
    private readonly Parameter recurrentWeight;
    private readonly Parameter bias;
    private readonly Parameter? candidateBias;
    private readonly Parameter? peepholes;
    private readonly Parameter? outputWeight;
    private readonly Parameter? outputBias;
    private readonly Tensor? inputMask;
    private readonly RecurrentLayerOptions _options;

    public RecurrentLayer(RecurrentLayerOptions options, Generator generator)
        : base(nameof(RecurrentLayer))
    {
        var (width, gates) = (options.HiddenSize, options.Gates);
        _options = options;
        inputMask = options.InputMask?.repeat(gates, 1);
        var input = Initial.Uniform(options.InputSize, generator, gates * width, options.InputSize);
        inputWeight = inputMask is null ? input : new Parameter(input.detach() * inputMask);
        recurrentWeight = new Parameter(OrthogonalMatrices.Of(gates, width, generator));
        bias = new Parameter(FirstBias(options));
        candidateBias = options.Cell == RecurrentCell.Gru ? Initial.Zeros(width) : null;
        peepholes = options.Peepholes ? Initial.Zeros(3, width) : null;
        if (options.Cell == RecurrentCell.Jordan)
        {
            outputWeight = Initial.Uniform(width, generator, width, width);
            outputBias = Initial.Zeros(width);
        }
        if (inputMask is not null)
        {
            register_buffer(nameof(inputMask), inputMask);
        }
        RegisterComponents();
    }

    public override int OutputSize => _options.HiddenSize;

    public override long StepNumbers => 4L * _options.Gates * _options.HiddenSize;

    private RecurrentWeights Weights => new(
        inputMask is null ? inputWeight
            : inputWeight * inputMask, recurrentWeight, bias, candidateBias, peepholes, outputWeight, outputBias);

    public IEnumerable<WeightMatrix> WeightMatrices => Matrices();

    public override Tensor forward(Tensor sequence, int[]? lengths) => Run(sequence, lengths, null, false).Hidden;

    /// <summary>
    /// As forward, with the state after each row's last step, <c>[S, B, H]</c>; passed as <paramref name="initial"/>, it continues from
    /// there.
    /// </summary>
    public (Tensor Hidden, Tensor Last) Resume(Tensor sequence, int[]? lengths = null, Tensor? initial = null)
    {
        var (hidden, last) = Run(sequence, lengths, initial, true);
        return (hidden, last!);
    }

    public override Tensor Advance(Tensor steps, StreamState state, string name)
    {
        state = state.At(name);
        var (hidden, last) = Resume(steps, initial: state.Get(Reached, () => Zero(steps)));
        state.Set(Reached, last);
        return hidden;
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        using var scope = NewDisposeScope();
        return OnnxRecurrence.Write(graph, input, Weights, _options);
    }

    /// <summary>The state <c>[S, B, H]</c> of rows like these before the first step.</summary>
    public Tensor Zero(Tensor sequence) => zeros(
        StepwiseRecurrence.StatesOf(_options.Cell), sequence.shape[0], _options.HiddenSize, dtype: sequence.dtype, device: sequence.device);

    // Inputs that follow a graph have its structure already.
    private IEnumerable<WeightMatrix> Matrices()
    {
        if (inputMask is null)
        {
            yield return WeightMatrix.Of(nameof(inputWeight), inputWeight, WeightRole.InputToHidden, _options.Gates);
        }
        yield return WeightMatrix.Of(nameof(recurrentWeight), recurrentWeight, WeightRole.HiddenToHidden, _options.Gates);
        if (outputWeight is not null)
        {
            yield return WeightMatrix.Of(nameof(outputWeight), outputWeight);
        }
    }

    private RecurrentOutputs Run(Tensor sequence, int[]? lengths, Tensor? initial, bool wantsLast)
    {
        using var scope = NewDisposeScope();
        RecurrentRun run = new(sequence, Weights, lengths, _options.Reverse, _options.Truncation, initial, wantsLast);
        var outputs = !_options.Stepwise && FusedRecurrentCells.Serves(sequence)
            ? FusedRecurrentCells.Run(run, _options.Cell, _options.Activation)
            : StepwiseRecurrence.Run(run, _options.Cell, _options.Activation);
        InputTrace.Add(inputWeight, sequence);
        // The state after the last step is read by none.
        InputTrace.Add(recurrentWeight, () => outputs.Hidden.narrow(1, _options.Reverse ? 1 : 0, outputs.Hidden.shape[1] - 1));
        return outputs.MoveToOuterDisposeScope();
    }

    private static Tensor FirstBias(RecurrentLayerOptions options)
    {
        var values = zeros(options.Gates, options.HiddenSize);
        if (options.Cell == RecurrentCell.Lstm)
        {
            values[1].fill_(Torch.Numbers.One);
        }
        return values.flatten();
    }
}
