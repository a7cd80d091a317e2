namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The direct contribution of each part of a transformer to a logit or to the difference of two.</summary>
/// <remarks>
/// The stream that the unembedding reads is the sum of the outputs of the embeddings, every head, every MLP and the biases, and the
/// unembedding is linear if the last norm's scale is held fixed. So a logit is a sum too (Elhage et al., "A mathematical framework for
/// transformer circuits", 2021, "direct effect").
/// </remarks>
public sealed class LogitAttribution
{
    internal LogitAttribution(IReadOnlyList<string> parts, double[,] values) => (Parts, Values) = (parts, values);

    /// <summary>
    /// The parts: <c>embed</c>, <c>pos_embed</c>, <c>L0H0</c> and so on, <c>mlp0</c> and so on, and <c>bias</c> (of attention outputs, of
    /// the last norm and of the unembedding).
    /// </summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>The contribution of each part in each row, <c>[parts, rows]</c>. A row's sum is the logit, or the difference.</summary>
    public double[,] Values { get; }

    /// <summary>The contribution of a part in a row.</summary>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public double this[string part, int row] =>
        Enumerable.Range(0, Parts.Count).FirstOrDefault(i => Parts[i] == part, -1) is var index and >= 0
        ? Values[index, row]
        : throw new ArgumentException($"There is no part '{part}'; there are {string.Join(", ", Parts)}.", nameof(part));
}
