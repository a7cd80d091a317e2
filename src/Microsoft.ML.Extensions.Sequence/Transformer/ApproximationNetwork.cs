using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The trainer's own block in double precision, without normalisation, convolution and dropout, its weights set by construction.
/// Sequences <c>[B, n, d]</c> to sequences <c>[B, n, m]</c>.
/// </summary>
/// <remarks>
/// A step's D = d + n + n d + m channels are: the step itself, its one-hot position, a slot for the output of each head, and the output,
/// which the position-wise network computes.
/// </remarks>
internal sealed class ApproximationNetwork : IDisposable
{
    // The bytes of a tensor with all units of all steps of the current rows.
    private const long BlockElements = 1 << 22;

    private readonly TransformerBlock _block;
    private readonly Dictionary<string, Parameter> _weights;
    private readonly Tensor _code;
    private readonly SequenceBox _domain;
    private readonly int _outputs;

    /// <param name="domain">The box.</param>
    /// <param name="outputs">m.</param>
    /// <param name="width">The inner width of the position-wise network.</param>
    /// <param name="positionCode">Whether the steps carry their position.</param>
    public ApproximationNetwork(SequenceBox domain, int outputs, int width, bool positionCode)
    {
        (_domain, _outputs, Width, PositionCode) = (domain, outputs, width, positionCode);
        using var scope = NewDisposeScope();
        _block = CreateBlock();
        _weights = _block.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        foreach (var name in _weights.Keys)
        {
            _weights[name].DetachFromDisposeScope();
            Set(name, new double[1]);
        }
        var steps = domain.Steps;
        _code = (positionCode ? eye(steps, dtype: ScalarType.Float64) : zeros(steps, steps, ScalarType.Float64)).DetachFromDisposeScope();
    }

    /// <summary>The inner width of the position-wise network.</summary>
    public int Width { get; }

    public bool PositionCode { get; }

    /// <summary>D.</summary>
    public int Channels => Output(_outputs);

    /// <summary>The channel that is 1 at a step.</summary>
    public int Place(int step) => _domain.Channels + step;

    /// <summary>The first channel of a head's slot.</summary>
    public int Slot(int head) => Place(_domain.Steps) + (head * _domain.Channels);

    /// <summary>A channel of the output.</summary>
    public int Output(int channel) => Slot(_domain.Steps) + channel;

    /// <summary>Fills a weight of the block by numbers of its shape, or by one number.</summary>
    public void Set(string name, Array values)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        _weights[name].copy_(from_array(values));
    }

    /// <summary>N sequences, one after the other, step after step, as <c>[N, n, d]</c>.</summary>
    public Tensor ToTensor(ReadOnlySpan<double> sequences) => tensor(sequences.ToArray()).view(-1, _domain.Steps, _domain.Channels);

    /// <summary>The input of the position-wise network, <c>[B, n, D]</c>.</summary>
    public Tensor Attended(Tensor sequences)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var batch = Steps(sequences);
        return _block.Attended(batch.Values, batch).MoveToOuterDisposeScope();
    }

    /// <summary>The outputs at N sequences, one after the other, step after step.</summary>
    public double[] Evaluate(ReadOnlySpan<double> sequences)
    {
        var outputs = new List<double>();
        for (var rest = sequences; rest.Length > 0; rest = rest[BlockOf(rest).Length..])
        {
            using var scope = NewDisposeScope();
            using var grad = no_grad();
            var batch = Steps(ToTensor(BlockOf(rest)));
            outputs.AddRange(_block.call(batch.Values, batch).narrow(2, Output(0), _outputs).contiguous().data<double>().ToArray());
        }
        return [.. outputs];
    }

    /// <summary>The largest routing error at N sequences: the difference of a head's output from the step of the head's number.</summary>
    public double RoutingError(ReadOnlySpan<double> sequences)
    {
        var largest = 0.0;
        for (var rest = sequences; rest.Length > 0; rest = rest[BlockOf(rest).Length..])
        {
            using var scope = NewDisposeScope();
            var inputs = ToTensor(BlockOf(rest));
            var brought = Attended(inputs).narrow(2, Slot(0), _domain.Size);
            largest = Math.Max(largest, brought.Minus(inputs.flatten(1).unsqueeze(1)).abs().max().Item<double>());
        }
        return largest;
    }

    /// <summary>The weights as a safetensors file.</summary>
    public byte[] Save() => Safetensors.Save(_block);

    public void Dispose()
    {
        _block.Dispose();
        _code.Dispose();
    }

    private TransformerBlock CreateBlock()
    {
        var options = new SingleLayerTransformerOptions
        {
            HiddenSize = Channels,
            Heads = _domain.Steps,
            KeyWidth = _domain.Channels,
            FeedForwardWidth = Width,
            LayerNorm = false,
            ConvolutionWidth = 0,
            PositionFeatures = false,
            Dropout = 0,
        };
        using var generator = new Generator(0);
        var block = SingleLayerTransformerBlock.Create(options, new RandomSource(), generator);
        block.to(ScalarType.Float64);
        block.eval();
        return block;
    }

    private ReadOnlySpan<double> BlockOf(ReadOnlySpan<double> sequences)
    {
        var most = Math.Max(1, BlockElements / ((long)_domain.Steps * Width));
        return sequences[..(int)Math.Min(most * _domain.Size, sequences.Length)];
    }

    private InputBatch Steps(Tensor sequences)
    {
        var (rows, steps) = (sequences.shape[0], _domain.Steps);
        var empty = zeros(rows, steps, Channels - Slot(0), ScalarType.Float64);
        return new InputBatch(cat([sequences, _code.expand(rows, steps, steps), empty], 2), [.. Enumerable.Repeat(steps, (int)rows)]);
    }
}
