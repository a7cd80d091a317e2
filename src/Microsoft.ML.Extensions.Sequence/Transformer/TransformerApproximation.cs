using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using static System.FormattableString;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A single-layer Transformer that <see cref="TransformerApproximator"/> built, and its errors, which are measured at sequences that
/// are not part of the fit.
/// </summary>
/// <inheritdoc cref="TransformerApproximator" path="/example"/>
/// <seealso href="../docs/SingleLayerTransformer.html">docs/SingleLayerTransformer.md</seealso>
public sealed class TransformerApproximation : IDisposable
{
    // The tolerance for rounding of the target's arithmetic, relative to its largest value.
    private const double LeastResidual = 1e-9;

    private const int ExchangedSequences = 256;

    private readonly Shared<ApproximationNetwork> _network;
    private readonly bool _positionCode;
    private readonly SequenceTarget _target;
    private readonly bool _placesMatter;

    internal TransformerApproximation(
        ApproximationNetwork network, SequenceTarget target, SequenceSamples heldOut, double routingErrorBound)
    {
        _network = new Shared<ApproximationNetwork>(network, bytes: 0, Disposed);
        (_target, HiddenSize, Width, _positionCode) = (target, network.Channels, network.Width, network.PositionCode);
        var errors = network.Evaluate(heldOut.Inputs).Zip(heldOut.Values, (actual, expected) => Math.Abs(actual - expected)).ToArray();
        SupError = errors.Max();
        RmsError = Math.Sqrt(errors.Skip(heldOut.GridCount * Domain.Steps * target.Channels).Average(error => error * error));
        if (network.PositionCode)
        {
            RoutingError = network.RoutingError(heldOut.Inputs);
            RoutingErrorBound = routingErrorBound;
        }
        EquivarianceResidual = Residual(
            network.Evaluate, heldOut.Inputs.AsSpan(0, Math.Min(heldOut.Count, ExchangedSequences) * Domain.Size));
        TargetEquivarianceResidual = Residual(TargetAt, heldOut.Inputs);
        _placesMatter = TargetEquivarianceResidual > LeastResidual * heldOut.Values.Max(Math.Abs);
    }

    /// <summary>The box.</summary>
    public SequenceBox Domain => _target.Domain;

    /// <summary>The number of attention heads, one per step.</summary>
    public int Heads => Domain.Steps;

    /// <summary>
    /// The channels of a step inside the network: the step itself, its position, the outputs of the heads, and the output.
    /// </summary>
    public int HiddenSize { get; }

    /// <summary>The inner width of the position-wise network.</summary>
    public int Width { get; }

    /// <summary>The largest difference of a number from the target's.</summary>
    public double SupError { get; }

    /// <summary>The root of the mean squared difference over the box.</summary>
    public double RmsError { get; }

    /// <summary>
    /// The largest routing error: the difference of a head's output from the step that it copies; null without the position code.
    /// </summary>
    public double? RoutingError { get; }

    /// <summary>
    /// The bound of the routing error, up to rounding, <c>2 M (n - 1) / (e^beta + n - 1)</c>; null without the position code.
    /// </summary>
    public double? RoutingErrorBound { get; }

    /// <summary>
    /// The largest number of <c>T(P X) - P T(X)</c> over exchanges P of two steps: zero to rounding without the position code.
    /// </summary>
    public double EquivarianceResidual { get; }

    /// <summary>The same for the target.</summary>
    public double TargetEquivarianceResidual { get; }

    /// <summary>A lower bound of the error of any network without a position code, for any width: half the target's residual.</summary>
    public double LeastErrorWithoutPositionCode => TargetEquivarianceResidual / 2;

    /// <summary>The requirements of the target, as sentences.</summary>
    public string Verdict => (_placesMatter, _positionCode) switch
    {
        (true, true) => "The target is not permutation equivariant: it needs the position code, which is on.",
        (true, false) => "The target is not permutation equivariant: enable PositionCode. "
            + Invariant($"Without it no width comes closer than {LeastErrorWithoutPositionCode:g3}."),
        (false, true) => "No exchange of two steps showed that the target needs the position code, which is on.",
        (false, false) => "No exchange of two steps showed that the target needs the position code, which is off.",
    };

    /// <summary>The network's values <c>[n, m]</c> at a sequence <c>[n, d]</c> of the box.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <exception cref="ArgumentException">The sequence is of another shape, or lies outside of the box.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public double[,] Evaluate(double[,] sequence)
    {
        Domain.Check(sequence);
        var outputs = Use(network => network.Evaluate([.. sequence.Cast<double>()]));
        var values = new double[Domain.Steps, _target.Channels];
        Buffer.BlockCopy(outputs, 0, values, 0, outputs.Length * sizeof(double));
        return values;
    }

    /// <summary>Writes the weights as a safetensors file of doubles, with the names that the block of the trainer has.</summary>
    /// <param name="path">The file; an old one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveWeights(string path) => AtomicFile.Write(path, Use(network => network.Save()));

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Close();

    private TResult Use<TResult>(Func<ApproximationNetwork, TResult> work)
    {
        using var lease = _network.Rent();
        return lease.Use(work);
    }

    private static ObjectDisposedException Disposed() => new(
        nameof(TransformerApproximation),
            "The approximation was disposed, and its network with it; dispose it after its last use, or build it again.");

    private double Residual(StepExchanges.Evaluation function, ReadOnlySpan<double> sequences) =>
        StepExchanges.Residual(function, sequences, Domain.Steps, Domain.Channels, _target.Channels);

    private double[] TargetAt(ReadOnlySpan<double> sequences)
    {
        var values = new List<double>();
        for (; sequences.Length > 0; sequences = sequences[Domain.Size..])
        {
            var sequence = new double[Domain.Steps, Domain.Channels];
            for (var k = 0; k < Domain.Size; k++)
            {
                sequence[k / Domain.Channels, k % Domain.Channels] = sequences[k];
            }
            values.AddRange(_target.At(sequence));
        }
        return [.. values];
    }
}
