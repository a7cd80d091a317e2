using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A transformer compiled from a program, with its exact circuit, for the evaluation of circuit finders.</summary>
/// <inheritdoc cref="CircuitCatalog.CompareCircuits" path="/example"/>
/// <seealso href="../docs/TransformerModel.html">docs/TransformerModel.md</seealso>
public sealed class CompiledTransformer : IDisposable
{
    private const int MostInputs = 20_000;
    private const int Donations = 8;

    // Above rounding, and below the smallest change of a value.
    private const double Changed = 1e-3;

    private readonly RaspProgram _program;
    private readonly int[]? _outputValues;

    internal CompiledTransformer(
        TransformerModel model, RaspProgram program, int vocabulary, int length, IReadOnlyList<CircuitNode> heads,
            IReadOnlyList<TransformerEdge> edges,
        int[]? outputValues)
    {
        (Model, _program, Vocabulary, Length, Heads, Edges, _outputValues) = (
            model, program, vocabulary, length, heads, edges, outputValues);
    }

    /// <summary>
    /// The transformer. Its first token is <see cref="Vocabulary"/>; at all other tokens there is one output per category, near 1 for the
    /// value, or the number.
    /// </summary>
    public TransformerModel Model { get; }

    /// <summary>The number of different tokens of rows, from 0.</summary>
    public int Vocabulary { get; }

    /// <summary>The longest row, without its first token.</summary>
    public int Length { get; }

    /// <summary>The heads of the program; all others are dummies.</summary>
    public IReadOnlyList<CircuitNode> Heads { get; }

    /// <summary>The edges with weights. No other source affects the inputs of the program.</summary>
    public IReadOnlyList<TransformerEdge> Edges { get; }

    /// <summary>The input row of the model: the first token, then these.</summary>
    /// <exception cref="ArgumentException">A token is not of the vocabulary, or there are none or too many.</exception>
    public IReadOnlyList<int> Row(IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return tokens.Count >= 1 && tokens.Count <= Length && tokens.All(token => token >= 0 && token < Vocabulary)
            ? [Vocabulary, .. tokens]
            : throw new ArgumentException(
                $"The tokens are {string.Join(", ", tokens)}; allowed are 1 to {Length} of 0 to {Vocabulary - 1}.", nameof(tokens));
    }

    /// <summary>The result of the program for these tokens, by the interpreter: the reference.</summary>
    /// <returns>The value at each token; null where a category has none.</returns>
    public IReadOnlyList<double?> Evaluate(IReadOnlyList<int> tokens) => new RaspInterpreter(tokens).Evaluate(_program);

    /// <summary>The result of the transformer for these tokens.</summary>
    /// <returns>The value at each token; null where no category reaches a half.</returns>
    /// <exception cref="ArgumentException">A token is not of the vocabulary, or there are none or too many.</exception>
    public IReadOnlyList<double?> Compute(IReadOnlyList<int> tokens)
    {
        using var scope = NewDisposeScope();
        using var run = Model.Run(new TokenBatch([Row(tokens)]), HookKind.Logits);
        var logits = run.to_type(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        return [.. logits.Chunk(logits.Length / (tokens.Count + 1)).Skip(1).Select(Value)];
    }

    /// <summary>Every row of a length, without first tokens.</summary>
    /// <param name="length">Tokens a row; 0 for <see cref="Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 0 or above <see cref="Length"/>.</exception>
    /// <exception cref="InvalidOperationException">There are more than 20,000.</exception>
    public IReadOnlyList<IReadOnlyList<int>> AllInputs(int length = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        var steps = length == 0 ? Length : length;
        var count = Math.Pow(Vocabulary, steps);
        return count <= MostInputs
            ? [.. Enumerable.Range(0, (int)count).Select(number => (
                IReadOnlyList<int>)[.. Enumerable.Range(0, steps).Select(place => number / (int)Math.Pow(Vocabulary, place) % Vocabulary)])]
            : throw new InvalidOperationException(
                $"There are {Vocabulary}^{steps} rows; at most {MostInputs} are enumerated. Compile for a smaller vocabulary or shorter rows.");
    }

    /// <summary>The edges that matter under zero ablation: each by itself changes the output of some row of a length.</summary>
    /// <param name="length">Tokens a row; 0 for <see cref="Length"/>, which is also what a width of nothing is taken for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 0 or above <see cref="Length"/>.</exception>
    /// <exception cref="InvalidOperationException">There are more than 20,000 rows.</exception>
    public IReadOnlyList<TransformerEdge> EdgesUnderZeroAblation(int length = 0) =>
        Mattering(new TokenBatch(AllInputs(length).Select(Row)), [point => Intervention.Zero(point)]);

    /// <summary>
    /// The edges that matter under resampling: each by itself changes the output of some row of a
    /// length. An edge with the same value in all rows (positions, or the length) does not matter then.
    /// </summary>
    /// <param name="length">Tokens a row; 0 for <see cref="Length"/>.</param>
    /// <param name="seed">Each row is tried with eight others, drawn by this.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 0 or above <see cref="Length"/>.</exception>
    /// <exception cref="InvalidOperationException">There are more than 20,000 rows.</exception>
    public IReadOnlyList<TransformerEdge> EdgesUnderResampleAblation(int length = 0, int seed = 1)
    {
        var batch = new TokenBatch(AllInputs(length).Select(Row));
        using var donors = Model.Run(batch, Model.EdgeSources);
        var orders = Enumerable.Range(0, Donations).Select(index =>
        {
            var order = Enumerable.Range(0, batch.Rows).ToArray();
            new Random(SeedSequence.Derive(seed, index)).Shuffle(order);
            return order;
        });
        return Mattering(batch,
            [.. orders.Select(order => (Func<HookPoint, Intervention>)(point => Intervention.Resample(point, donors, order)))]);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    /// <summary>The output index of a value of the program: 0 for a number; none for a category without a value.</summary>
    internal int? OutputOf(double? value) =>
        _outputValues is null ? 0 : value is { } category ? Array.IndexOf(_outputValues, (int)category) : null;

    private TransformerEdge[] Mattering(TokenBatch batch, Func<HookPoint, Intervention>[] ablations)
    {
        using var scope = NewDisposeScope();
        using var whole = Model.Run(batch, HookKind.Logits);
        return [.. Edges.Where(edge => Array.Exists(ablations, ablation => Changes(batch, edge, ablation, whole)))];
    }

    private bool Changes(TokenBatch batch, TransformerEdge edge, Func<HookPoint, Intervention> ablation, Tensor whole)
    {
        using var scope = NewDisposeScope();
        using var without = Model.RunWithoutEdges(batch, [edge], HookKind.Logits, ablation);
        // The output at the first token is undefined.
        return without.Minus(whole).narrow(1, 1, batch.Steps - 1).abs().max().to_type(ScalarType.Float64).Item<double>() > Changed;
    }

    private double? Value(double[] outputs)
    {
        if (_outputValues is null)
        {
            return outputs[0];
        }
        var best = Array.IndexOf(outputs, outputs.Max());
        return outputs[best] > 0.5 ? _outputValues[best] : null;
    }
}
