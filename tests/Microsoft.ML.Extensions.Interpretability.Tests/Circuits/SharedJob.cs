using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

/// <summary>
/// A model of one layer whose heads share one job, by construction: each attends to the token itself and writes its own number for it
/// where the target is read. One head writes a large number, some a small one, and some the same in every row. Dummies write large numbers
/// where nothing is read.
/// </summary>
internal sealed class SharedJob : IDisposable
{
    private const int Loud = 1, Quiet = 4, Constant = 2, Dummies = 5, Tokens = 20, HeadWidth = 8, Width = 8, Length = 5;
    private const double LoudSize = 10, QuietSize = 0.03, ConstantSize = 1;

    private SharedJob(TransformerModel model, CircuitTask task, double[][] written) => (Model, Task, Written) = (model, task, written);

    public TransformerModel Model { get; }

    public CircuitTask Task { get; }

    /// <summary>The number that each head writes for each token where the target is read.</summary>
    public double[][] Written { get; }

    public CircuitTruth Truth => new(Enumerable.Range(0, Written.Length).Where(head => Written[head].Any(number => number != 0))
        .Select(head => CircuitNode.Head(0, head)));

    public static SharedJob Create(int seed)
    {
        using var scope = NewDisposeScope();
        const int Heads = Loud + Quiet + Constant + Dummies;
        var random = new Random(seed);
        double Number() => (2 * random.NextDouble()) - 1;
        double[] Numbers(double size) => [.. Enumerable.Range(0, Tokens).Select(_ => size * Number())];
        double[][] written =
        [
            .. Enumerable.Range(0, Loud).Select(_ => Numbers(LoudSize)),
            .. Enumerable.Range(0, Quiet).Select(_ => Numbers(QuietSize)),
            .. Enumerable.Range(0, Constant).Select(_ => Enumerable.Repeat(ConstantSize, Tokens).ToArray()),
            .. Enumerable.Range(0, Dummies).Select(_ => new double[Tokens]),
        ];
        random.Shuffle(written);
        // A head's first number is what it writes to the first place; its others go where nothing reads.
        var values = zeros(Heads, Tokens + Width, HeadWidth);
        var outputs = zeros(Heads, HeadWidth, Tokens + Width);
        for (var head = 0; head < Heads; head++)
        {
            var isDummy = written[head].All(number => number == 0);
            for (var token = 0; token < Tokens; token++)
            {
                values[head, token, 0] = (float)(isDummy ? LoudSize * Number() : written[head][token]);
            }
            outputs[head, 0, Tokens + (isDummy ? 1 : 0)] = 1;
        }
        using var generator = new Generator(7);
        var directions = randn([Tokens, HeadWidth], generator: generator);
        // Long enough that a token attends only to itself and to equal tokens.
        var looking = cat([(directions / directions.norm(1, keepdim: true)).Scaled(60), zeros(Width, HeadWidth)])
            .expand(Heads, Tokens + Width, HeadWidth);
        var read = zeros(Tokens + Width, 1);
        read[Tokens, 0] = 1;
        var model = TransformerModel.Create(new TransformerConfig
        {
            Heads = Heads,
            ModelWidth = Tokens + Width,
            HeadWidth = HeadWidth,
            Vocabulary = Tokens,
            Outputs = 1,
            Context = Length,
            Norm = TransformerNorm.None,
            Positions = TransformerPositions.None,
        }, new Dictionary<string, Tensor>
        {
            ["embed.W_E"] = cat([eye(Tokens), zeros(Tokens, Width)], 1),
            ["blocks.0.attn.W_Q"] = looking,
            ["blocks.0.attn.W_K"] = looking,
            ["blocks.0.attn.W_V"] = values,
            ["blocks.0.attn.W_O"] = outputs,
            ["unembed.W_U"] = read,
        });
        var examples = Enumerable.Range(0, 80).Select(number => new CircuitExample(
            [.. Enumerable.Range(0, Length).Select(_ => random.Next(Tokens))], number % 2 == 0, number % 2 == 0 ? [new(Length - 1, 0)]
                : null));
        return new SharedJob(model, new CircuitTask(examples, CircuitMetric.Logit), written);
    }

    public void Dispose() => Model.Dispose();
}
