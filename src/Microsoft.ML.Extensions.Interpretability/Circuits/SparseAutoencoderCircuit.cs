namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Circuits by the codes of a sparse autoencoder that all heads share (after O'Neill and Bui 2024, arXiv 2405.12522).</summary>
public sealed class SparseAutoencoderCircuit : CircuitMethod
{
    private readonly CircuitFinderOptions _options;

    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are not allowed; all are named.</exception>
    public SparseAutoencoderCircuit(CircuitFinderOptions? options = null)
    {
        _options = (options ?? new()).Validated();
    }

    /// <inheritdoc/>
    public override string Name => $"SAE, {_options.Scoring}";

    /// <inheritdoc/>
    public override CircuitScores Score(TransformerModel model, CircuitTask task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        return new CircuitSearch(model, task, _options, cancellationToken).Scores();
    }

    /// <summary>Finds the circuit.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The examples.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">
    /// An example does not fit the model, there are too few for a p-value, or a scoring by targets has none; the message says what to do.
    /// </exception>
    public Circuit Find(TransformerModel model, CircuitTask task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        using var found = new CircuitSearch(model, task, _options, cancellationToken).Found();
        return found.Circuit;
    }
}
