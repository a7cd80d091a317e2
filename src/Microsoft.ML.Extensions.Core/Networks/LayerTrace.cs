using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>Keeps activations of layers in the forward passes of one thread, until it is disposed.</summary>
/// <remarks>
/// Networks report their layers themselves, and hooks on modules are not used: hooks change a network that other threads may be scoring
/// with, know nothing of padding, and fire for a batch of steps or frames like for one of rows.
/// </remarks>
internal sealed class LayerTrace : IDisposable
{
    [ThreadStatic]
    private static LayerTrace? _current;

    private readonly LayerTrace? _outer = _current;
    private readonly IReadOnlyCollection<string> _wanted;
    private readonly long _rows;
    private readonly Func<string, Tensor, Tensor> _keep;
    private readonly Dictionary<string, Tensor> _kept = [];

    /// <param name="wanted">The layers to keep.</param>
    /// <param name="rows">B, the rows of the batch.</param>
    /// <param name="keep">What is kept of the activations <c>[B, n]</c> of a layer.</param>
    public LayerTrace(IReadOnlyCollection<string> wanted, long rows, Func<string, Tensor, Tensor> keep)
    {
        (_wanted, _rows, _keep) = (wanted, rows, keep);
        _current = this;
    }

    /// <summary>What was kept of a layer.</summary>
    /// <exception cref="InvalidOperationException">The forward pass has not reported it.</exception>
    public Tensor this[string layer] => _kept.TryGetValue(layer, out var kept) ? kept
        : throw new InvalidOperationException($"The forward pass had no activations of layer '{layer}'.");

    /// <summary>Reports a layer with numbers for each row, <c>[B, ...]</c>, or for several parts of each row one after the other.</summary>
    public static void Add(string layer, Tensor rows) => _current?.Keep(layer, () => rows);

    /// <summary>Reports a layer with numbers for each step, <c>[B, T, D]</c>. Padding counts as 0.</summary>
    public static void Add(string layer, Tensor steps, InputBatch batch) =>
        _current?.Keep(layer, () => batch.IsFull ? steps : steps * batch.Mask);

    /// <summary>Reports a layer whose activations have to be computed first, <c>[B, ...]</c>.</summary>
    public static void Add(string layer, Func<Tensor> rows) => _current?.Keep(layer, rows);

    public void Dispose() => _current = _outer;

    private void Keep(string layer, Func<Tensor> activations)
    {
        if (_wanted.Contains(layer))
        {
            var rows = activations();
            _kept[layer] = rows.shape[0] % _rows == 0 ? _keep(layer, rows.reshape(_rows, -1))
                : throw new InvalidOperationException($"Layer '{layer}' has activations of {rows.shape[0]} rows in a batch of {_rows}.");
        }
    }
}
