using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// A model of one layer in which, by construction, some heads act differently in positive rows: every head attends to the token itself and
/// adds a vector of its own for each, and only the heads of the circuit attend to the mark of tokens in positive rows.
/// </summary>
internal sealed class PlantedCircuit : IDisposable
{
    private const int Heads = 32, InCircuit = 8, HeadWidth = 16, Width = 64, Words = 20, Variants = 5, Length = 6;
    private const double Noise = 0.3;

    private PlantedCircuit(TransformerModel model, CircuitTask task, CircuitTruth truth) => (Model, Task, Truth) = (model, task, truth);

    public TransformerModel Model { get; }

    public CircuitTask Task { get; }

    public CircuitTruth Truth { get; }

    /// <param name="strong">Whether marked tokens add one strong direction, or have vectors of their own.</param>
    /// <param name="examples">Positive examples, and as many negative ones.</param>
    /// <param name="marked">The part of a positive row's tokens that carry the mark.</param>
    /// <param name="seed">The seed of everything.</param>
    public static PlantedCircuit Create(bool strong, int examples, double marked, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var random = new Random(seed);
        // Tokens: word, mark, variant.
        const int Vocabulary = Words * 2 * Variants;
        var circuit = Enumerable.Range(0, Heads).OrderBy(_ => random.Next()).Take(InCircuit).ToHashSet();
        var values = Enumerable.Range(0, Heads).Select(head =>
        {
            var plain = randn([Words, 1, 1, HeadWidth], generator: generator);
            var changed = strong ? plain.Plus(randn([HeadWidth], generator: generator).Scaled(2))
                : randn([Words, 1, 1, HeadWidth], generator: generator);
            var both = cat([plain, circuit.Contains(head) ? changed : plain], 1).expand(Words, 2, Variants, HeadWidth);
            return both.Plus(randn([Words, 2, Variants, HeadWidth], generator: generator).Scaled(Noise)).reshape(Vocabulary, HeadWidth);
        }).ToArray();
        var model = TransformerModel.Create(new TransformerConfig
        {
            Heads = Heads,
            ModelWidth = Vocabulary + Width,
            HeadWidth = HeadWidth,
            Vocabulary = Vocabulary,
            Outputs = 1,
            Context = Length,
            Norm = TransformerNorm.None,
            Positions = TransformerPositions.None,
        }, new Dictionary<string, Tensor>
        {
            ["embed.W_E"] = cat([eye(Vocabulary), zeros(Vocabulary, Width)], 1),
            ["blocks.0.attn.W_Q"] = Beside(Looking(Vocabulary)).expand(Heads, Vocabulary + Width, HeadWidth),
            ["blocks.0.attn.W_K"] = Beside(Looking(Vocabulary)).expand(Heads, Vocabulary + Width, HeadWidth),
            ["blocks.0.attn.W_V"] = stack(values.Select(Beside).ToArray()),
            ["blocks.0.attn.W_O"] = cat(
                [zeros(Heads, HeadWidth, Vocabulary), randn([Heads, HeadWidth, Width], generator: generator).Over(4)], 2),
            ["unembed.W_U"] = zeros(Vocabulary + Width, 1),
        });
        var rows = Enumerable.Range(0, 2 * examples).Select(row => new CircuitExample(
            [.. Enumerable.Range(0, Length).Select(_ => Token(random, row % 2 == 0 && random.NextDouble() < marked))], row % 2 == 0));
        return new PlantedCircuit(model, new CircuitTask(rows), new CircuitTruth(circuit.Select(head => CircuitNode.Head(0, head))));
    }

    /// <summary>The same rows with labels that have no meaning.</summary>
    public CircuitTask Permuted(int seed)
    {
        bool[] labels = [.. Task.Examples.Select(example => example.IsPositive)];
        new Random(seed).Shuffle(labels);
        return new CircuitTask(Task.Examples.Zip(labels, (example, label) => new CircuitExample(example.Tokens, label)));
    }

    public void Dispose() => Model.Dispose();

    private static int Token(Random random, bool marked) =>
        (((random.Next(Words) * 2) + (marked ? 1 : 0)) * Variants) + random.Next(Variants);

    private static Tensor Beside(Tensor perToken) => cat([perToken, zeros(Width, HeadWidth)]);

    // Queries and keys of different tokens are far apart and long, so a token attends only to itself and to equal tokens.
    private static Tensor Looking(int vocabulary)
    {
        using var generator = new Generator(7);
        var directions = randn([vocabulary, HeadWidth], generator: generator);
        return (directions / directions.norm(1, keepdim: true)).Scaled(40);
    }
}
