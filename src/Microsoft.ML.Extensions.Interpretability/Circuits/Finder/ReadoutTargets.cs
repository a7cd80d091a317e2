using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Derives targets for rows without targets.</summary>
internal static class ReadoutTargets
{
    private const int RowsAtOnce = 32;

    /// <summary>The examples of rows; positive ones get targets.</summary>
    /// <exception cref="ArgumentException">
    /// A row does not fit the model, or targets are next tokens and no positive row has one.
    /// </exception>
    public static IEnumerable<CircuitExample> Examples(
        TransformerModel model, IReadOnlyList<(int[] Tokens, bool IsPositive)> rows, CircuitReadout readout)
    {
        foreach (var chunk in rows.Chunk(RowsAtOnce))
        {
            var targets = readout == CircuitReadout.NextToken
                ? [.. chunk.Select(row => Next(row.Tokens))]
                : Likeliest(model, [.. chunk.Select(row => row.Tokens)], readout);
            for (var i = 0; i < chunk.Length; i++)
            {
                yield return new CircuitExample(chunk[i].Tokens, chunk[i].IsPositive, chunk[i].IsPositive ? targets[i] : null);
            }
        }
    }

    private static CircuitTarget[] Next(int[] tokens) => [.. tokens.Skip(1).Select((token, place) => new CircuitTarget(place, token))];

    private static CircuitTarget[][] Likeliest(TransformerModel model, int[][] rows, CircuitReadout readout)
    {
        using var scope = NewDisposeScope();
        var last = readout == CircuitReadout.LastToken;
        var batch = new TokenBatch(rows);
        using var logits = model.Run(batch, last ? HookKind.LastLogits : HookKind.Logits);
        var likeliest = logits.argmax(-1).cpu().contiguous().data<long>().ToArray();
        CircuitTarget At(int row, int place) => new(place, (int)likeliest[last ? row : (row * batch.Steps) + place]);
        return [.. rows.Select((tokens, row) => readout switch
        {
            CircuitReadout.LastToken => new[] { At(row, tokens.Length - 1) },
            CircuitReadout.FirstToken => [At(row, 0)],
            _ => [.. Enumerable.Range(0, tokens.Length).Select(place => At(row, place))],
        })];
    }
}
