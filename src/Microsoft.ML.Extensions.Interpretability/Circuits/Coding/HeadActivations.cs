using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The outputs of every head of a model at every token of some rows, without padding. The tokens of all rows are concatenated (N of them).
/// </summary>
internal sealed class HeadActivations : IDisposable
{
    private const int RowsAtOnce = 32;

    private readonly Tensor[] _outputs;

    private HeadActivations(Tensor[] outputs, int[] rows, int[] places, int rowCount) =>
        (_outputs, Rows, Places, RowCount) = (outputs, rows, places, rowCount);

    /// <summary>The row of each token, <c>[N]</c>.</summary>
    public int[] Rows { get; }

    /// <summary>The position of each token in its row, <c>[N]</c>.</summary>
    public int[] Places { get; }

    /// <summary>Rows.</summary>
    public int RowCount { get; }

    /// <summary>Tokens (N).</summary>
    public int Tokens => Rows.Length;

    /// <summary>A layer's head outputs, <c>[N, H, W]</c>.</summary>
    public Tensor this[int layer] => _outputs[layer];

    /// <summary>Runs a model over rows.</summary>
    /// <exception cref="ArgumentException">
    /// A row does not fit the model, or a head gives a number that is not finite; row or head is named.
    /// </exception>
    public static HeadActivations Record(
        TransformerModel model, IReadOnlyList<IReadOnlyList<int>> rows, CancellationToken cancellationToken = default)
    {
        var points = HookPoint.OfEachLayer(HookKind.HeadOutput, model.Config);
        var (owners, places) = Owners(rows);
        using var scope = NewDisposeScope();
        var parts = points.Select(_ => new List<Tensor>()).ToArray();
        foreach (var chunk in rows.Chunk(RowsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = new TokenBatch(chunk);
            using var cache = model.Run(batch, points);
            using var kept = tensor(KeptTokens(batch), device: model.Device);
            foreach (var (part, point) in parts.Zip(points))
            {
                part.Add(cache[point].flatten(0, 1).index_select(0, kept));
            }
        }
        var outputs = parts.Select(part => cat(part)).ToArray();
        for (var layer = 0; layer < outputs.Length; layer++)
        {
            CheckFinite(outputs[layer], layer);
        }
        return new HeadActivations([.. outputs.Select(output => output.DetachFromDisposeScope())], owners, places, rows.Count);
    }

    /// <summary>The mean over the tokens of each row, as one token per row.</summary>
    public HeadActivations MeanOfRows()
    {
        using var scope = NewDisposeScope();
        var counts = new float[RowCount];
        foreach (var row in Rows)
        {
            counts[row]++;
        }
        var index = tensor(Array.ConvertAll(Rows, row => (long)row), device: _outputs[0].device);
        var divisor = tensor(counts, device: _outputs[0].device).view(-1, 1, 1).to_type(_outputs[0].dtype);
        var means = _outputs.Select(output => zeros([RowCount, output.shape[1], output.shape[2]], output.dtype, output.device)
            .index_add_(0, index, output, Numbers.One).div_(divisor).DetachFromDisposeScope()).ToArray();
        return new HeadActivations(means, [.. Enumerable.Range(0, RowCount)], new int[RowCount], RowCount);
    }

    /// <summary>Some of the rows.</summary>
    /// <param name="chosen">The rows, ascending.</param>
    public HeadActivations Take(IReadOnlyList<int> chosen)
    {
        using var scope = NewDisposeScope();
        var numbers = chosen.Select((row, number) => (row, number)).ToDictionary(pair => pair.row, pair => pair.number);
        var tokens = Enumerable.Range(0, Tokens).Where(token => numbers.ContainsKey(Rows[token])).ToArray();
        var index = tensor(Array.ConvertAll(tokens, token => (long)token), device: _outputs[0].device);
        return new HeadActivations(
            [.. _outputs.Select(output => output.index_select(0, index).DetachFromDisposeScope())],
            Array.ConvertAll(tokens, token => numbers[Rows[token]]), Array.ConvertAll(tokens, token => Places[token]), chosen.Count);
    }

    public void Dispose()
    {
        foreach (var output in _outputs)
        {
            output.Dispose();
        }
    }

    /// <summary>The indices of the tokens that are not padding, in the flattened batch.</summary>
    public static long[] KeptTokens(TokenBatch batch) =>
        [.. batch.Lengths.SelectMany((length, row) => Enumerable.Range(0, length).Select(place => ((long)row * batch.Steps) + place))];

    private static (int[] Owners, int[] Places) Owners(IReadOnlyList<IReadOnlyList<int>> rows) =>
    (
        [.. rows.SelectMany((row, index) => Enumerable.Repeat(index, row.Count))],
        [.. rows.SelectMany(row => Enumerable.Range(0, row.Count))]
    );

    private static void CheckFinite(Tensor outputs, int layer)
    {
        using var finite = outputs.isfinite().all(2).all(0);
        var heads = finite.cpu().data<bool>().ToArray();
        if (Array.IndexOf(heads, false) is var head and >= 0)
        {
            throw new ArgumentException(
                $"Head L{layer}H{head} gives numbers that are not finite; look for the weights that make them so.", nameof(outputs));
        }
    }
}
