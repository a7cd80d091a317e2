using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The result of a search: the circuit, and the coder for new rows.</summary>
/// <param name="Circuit">The circuit.</param>
/// <param name="Coder">Codes heads' outputs; disposed with this.</param>
/// <param name="Likelihood">The likelihood ratio of a row by the codes of the circuit's heads.</param>
/// <param name="IsPooled">Whether heads are averaged over a row's tokens first.</param>
/// <param name="FirstCodeForNone">Whether no code counts as the first one.</param>
internal sealed record FoundCircuit(Circuit Circuit, HeadCoder Coder, CodeLikelihood Likelihood, bool IsPooled, bool FirstCodeForNone)
    : IDisposable
{
    /// <summary>Each head's code at each token, or each row where heads are averaged.</summary>
    public static int[] Codes(HeadCoder coder, HeadActivations activations, bool firstCodeForNone)
    {
        var codes = coder.Codes(activations);
        return firstCodeForNone ? Array.ConvertAll(codes, code => Math.Max(code, 0)) : codes;
    }

    /// <summary>The result for a row: each head's most frequent code, and the circuit's activation.</summary>
    public (int[] Codes, double Activation) Of(TransformerModel model, IReadOnlyList<int> row)
    {
        using var scope = NewDisposeScope();
        using var said = HeadActivations.Record(model, [row]);
        using var activations = IsPooled ? said.MeanOfRows() : null;
        var used = activations ?? said;
        var codes = Codes(Coder, used, FirstCodeForNone);
        var heads = Coder.Layers * Coder.Heads;
        return
        (
            [.. Enumerable.Range(0, heads).Select(head => Enumerable.Range(0, used.Tokens).Select(token => codes[(token * heads) + head])
                .GroupBy(code => code).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key)],
            Likelihood.Activations(codes, heads, used.Rows, 1)[0]
        );
    }

    public void Dispose() => Coder.Dispose();
}
