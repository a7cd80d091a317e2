using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Fits the position-wise network by least squares: random units, fitted coefficients, no gradient descent. With the position code each
/// step has units of its own, which a gate turns off at the other steps; without it all steps share them.
/// </summary>
/// <remarks>
/// The gate is part of the unit: its argument is lowered by the largest value it can have in the box, times one minus the one-hot position,
/// so that elsewhere ReLU gives exactly zero.
/// </remarks>
internal sealed class UnitFit
{
    private const int BlockElements = 1 << 22;

    // Rounding must not activate a unit that is turned off.
    private const double GateMargin = 1 + 1e-6;

    private readonly ApproximationNetwork _network;
    private readonly SequenceBox _domain;
    private readonly int _outputs;
    private readonly int[] _channels;
    private readonly ReluUnits _units;
    private readonly Tensor _middles;
    private readonly Tensor _radii;
    private readonly int _networks;

    private UnitFit(ApproximationNetwork network, SequenceTarget target, int seed)
    {
        (_network, _domain, _outputs) = (network, target.Domain, target.Channels);
        var seen = network.PositionCode ? Enumerable.Empty<int>() : Enumerable.Range(0, _domain.Channels);
        _channels = [.. seen, .. Enumerable.Range(network.Slot(0), _domain.Size)];
        _networks = Networks(_domain, network.PositionCode);
        _units = ReluUnits.Draw(network.Width / _networks, _channels.Length, seed);
        _middles = tensor(Array.ConvertAll(_channels, channel => _domain.Middle(Source(channel))));
        _radii = tensor(Array.ConvertAll(_channels, channel => _domain.Radius(Source(channel))));
    }

    /// <summary>The number of sets of units.</summary>
    public static int Networks(SequenceBox domain, bool positionCode) => positionCode ? domain.Steps : 1;

    /// <param name="network">The network, whose attention is already set.</param>
    /// <param name="target">The target.</param>
    /// <param name="samples">The sequences of the fit.</param>
    /// <param name="ridge">See <see cref="RefinedLeastSquares.Solve"/>.</param>
    /// <param name="seed">The seed of the units.</param>
    public static void Run(ApproximationNetwork network, SequenceTarget target, SequenceSamples samples, double ridge, int seed)
    {
        using var scope = NewDisposeScope();
        var fit = new UnitFit(network, target, seed);
        fit.Write((double[,])fit.Coefficients(samples, ridge).data<double>().ToNDArray());
    }

    private Tensor Coefficients(SequenceSamples samples, double ridge)
    {
        var most = Math.Max(1, BlockElements / (_units.Count * _domain.Steps));
        var blocks = (samples.Count + most - 1) / most;
        return RefinedLeastSquares.Solve(
            blocks, i => Block(samples, i * most, Math.Min(most, samples.Count - (i * most))), _units.AffineCount, ridge);
    }

    // With the code, all steps hold the same routed sequence, so the first one's is used for all, and each step is a separate target.
    private (Tensor Features, Tensor Targets) Block(SequenceSamples samples, int first, int count)
    {
        var valueSize = _domain.Steps * _outputs;
        var attended = _network.Attended(_network.ToTensor(samples.Inputs.AsSpan(first * _domain.Size, count * _domain.Size)));
        var values = tensor(samples.Values.AsSpan(first * valueSize, count * valueSize).ToArray());
        var rows = _network.PositionCode ? attended.select(1, 0) : attended.flatten(0, 1);
        var coordinates = rows.index_select(1, tensor(Array.ConvertAll(_channels, channel => (long)channel))).Minus(_middles) / _radii;
        return (_units.At(coordinates), values.view(-1, _networks * _outputs));
    }

    private void Write(double[,] coefficients)
    {
        var (enter, offsets) = (new double[_network.Width, _network.Channels], new double[_network.Width]);
        var leave = new double[_network.Channels, _network.Width];
        for (var row = 0; row < _networks * _units.Count; row++)
        {
            var (step, unit) = Math.DivRem(row, _units.Count);
            offsets[row] = _units.Offsets[unit];
            for (var k = 0; k < _channels.Length; k++)
            {
                var source = Source(_channels[k]);
                enter[row, _channels[k]] = _units.Weights[unit][k] / _domain.Radius(source);
                offsets[row] -= _domain.Middle(source) * enter[row, _channels[k]];
            }
            if (_network.PositionCode)
            {
                var gate = GateMargin * _units.Bound(unit);
                enter[row, _network.Place(step)] = gate;
                offsets[row] -= gate;
            }
            for (var output = 0; output < _outputs; output++)
            {
                leave[_network.Output(output), row] = coefficients[unit, (step * _outputs) + output];
            }
        }
        _network.Set("feedForward.widen.weight", enter);
        _network.Set("feedForward.widen.bias", offsets);
        _network.Set("feedForward.narrow.weight", leave);
    }

    // The channel of the sequence in a channel of the network.
    private int Source(int channel) => channel < _domain.Channels ? channel : (channel - _network.Slot(0)) % _domain.Channels;
}
