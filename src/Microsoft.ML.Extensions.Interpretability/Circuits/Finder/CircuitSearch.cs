using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A search for a circuit: runs the model, trains the coder, computes scores, and tests the result on held-out examples.</summary>
internal sealed class CircuitSearch(TransformerModel model, CircuitTask task, CircuitFinderOptions options, CancellationToken cancellationToken)
{
    private const int FewestHeldOut = 3;

    private readonly TransformerConfig _config = model.Config;

    private bool IsPooled => options.Scoring is CircuitScoring.UniqueCodes or CircuitScoring.BestPairs;

    private int AllHeads => _config.Layers * _config.Heads;

    /// <summary>Scores only.</summary>
    public CircuitScores Scores()
    {
        var (learned, _) = Split();
        using var activations = Read(learned);
        if (options.Scoring == CircuitScoring.CodedAttribution)
        {
            // These do not depend on the codes.
            return Attribute(learned, activations, withCoder: false, out _);
        }
        var scores = Learn(learned, activations, out var coder);
        coder.Dispose();
        return scores;
    }

    /// <summary>The circuit.</summary>
    public FoundCircuit Found()
    {
        var (learned, heldOut) = Split();
        using var activations = Read(learned);
        var scores = Learn(learned, activations, out var coder);
        try
        {
            var codes = FoundCircuit.Codes(coder, activations, options.FirstCodeForNone);
            var labels = Labels(learned);
            var contrasts = CodeContrast.Nodes(codes, AllHeads, activations.Rows, labels, options.Seed);
            var circuit = new Circuit(_config, scores, ByHead(contrasts), options.Threshold, double.NaN, double.NaN);
            var heads = circuit.Heads.Where(head => head.Selected).Select(head => (head.Head.Layer * _config.Heads) + head.Head.Index).Order().ToArray();
            var likelihood = CodeLikelihood.Learn(codes, AllHeads, coder.Features, activations.Rows, labels, heads);
            var (pValue, auc) = Test(coder, likelihood, options.HeldOutFraction > 0 ? heldOut : learned);
            var effect = RandomCircuits.Effect(model, task, heldOut.Count > 0 ? heldOut : learned, heads, options.RandomCircuits, options.Seed, cancellationToken);
            return new FoundCircuit(
                new Circuit(_config, scores, ByHead(contrasts), options.Threshold, pValue, auc, effect, heldOut.Count > 0), coder, likelihood, IsPooled, options.FirstCodeForNone);
        }
        catch
        {
            coder.Dispose();
            throw;
        }
    }

    // Both in the order of the examples.
    private (IReadOnlyList<CircuitExample> Learned, IReadOnlyList<CircuitExample> HeldOut) Split()
    {
        var heldOut = new HashSet<CircuitExample>(ReferenceEqualityComparer.Instance);
        var learned = new HashSet<CircuitExample>(ReferenceEqualityComparer.Instance);
        foreach (var examples in new[] { task.Positives, task.Negatives })
        {
            var chosen = examples.ToArray();
            // The same sample for both classes, so that paired examples stay together.
            new Random(SeedSequence.Derive(options.Seed, 2)).Shuffle(chosen);
            chosen = chosen[..Math.Min(chosen.Length, options.MaximumExamples)];
            var held = HeldOut(chosen.Length);
            heldOut.UnionWith(chosen[..held]);
            learned.UnionWith(chosen[held..]);
        }
        return ([.. task.Examples.Where(learned.Contains)], [.. task.Examples.Where(heldOut.Contains)]);
    }

    private int HeldOut(int count)
    {
        if (options.HeldOutFraction == 0)
        {
            return 0;
        }
        if (count < 2 * FewestHeldOut)
        {
            return options.Permutations == 0
                ? 0
                : throw new ArgumentException(
                    $"There are {task.Positives.Count} positive and {task.Negatives.Count} negative examples, too few for a permutation test on held-out ones; give at least {2 * FewestHeldOut} of each, or set HeldOutFraction or Permutations to 0.");
        }
        return Math.Clamp((int)Math.Round(count * options.HeldOutFraction), FewestHeldOut, count - FewestHeldOut);
    }

    private HeadActivations Read(IReadOnlyList<CircuitExample> examples)
    {
        var activations = HeadActivations.Record(model, [.. examples.Select(example => example.Tokens)], cancellationToken);
        if (!IsPooled)
        {
            return activations;
        }
        using (activations)
        {
            return activations.MeanOfRows();
        }
    }

    private CircuitScores Learn(IReadOnlyList<CircuitExample> learned, HeadActivations activations, out HeadCoder coder)
    {
        if (options.Scoring == CircuitScoring.CodedAttribution)
        {
            var attributed = Attribute(learned, activations, withCoder: true, out var trained);
            coder = trained!;
            return attributed;
        }
        coder = IsPooled ? PooledCoder(activations) : ContrastCoder(activations);
        var codes = FoundCircuit.Codes(coder, activations, options.FirstCodeForNone);
        var labels = Labels(learned);
        if (!IsPooled)
        {
            return new CircuitScores(
                ByHead(CodeContrast.Nodes(codes, AllHeads, activations.Rows, labels, options.Seed)),
                options.Edges ? ByEdge(CodeContrast.Edges(codes, AllHeads, activations.Rows, labels, options.Seed)) : null);
        }
        var table = new CodeTable(codes, AllHeads, labels);
        var pairs = options.Edges || options.Scoring == CircuitScoring.BestPairs ? CodeScores.Edges(table, options.PerCode) : null;
        var nodes = options.Scoring == CircuitScoring.BestPairs ? CodeScores.HeadsOfBestEdges(pairs!) : CodeScores.Nodes(table, options.PerCode);
        return new CircuitScores(ByHead(Softmax(nodes)), options.Edges ? ByEdge(pairs!) : null);
    }

    // The published code samples its training examples from all, and each gives a row for every head.
    private HeadCoder PooledCoder(HeadActivations activations)
    {
        var rows = Enumerable.Range(0, activations.RowCount).ToArray();
        new Random(SeedSequence.Derive(options.Seed, 3)).Shuffle(rows);
        using var drawn = activations.Take([.. rows.Take(options.TrainingExamples).Order()]);
        return HeadCoder.Train(model, drawn, null, null, int.MaxValue, options.Autoencoder());
    }

    private HeadCoder ContrastCoder(HeadActivations activations)
    {
        using var means = HeadMeans.Of(activations, _config.Layers);
        return TokenCoder(activations, means, [.. Enumerable.Range(0, _config.Layers).Select(_ => SensitivitySpace.Plain(_config.ModelWidth, model.Device))]);
    }

    private HeadCoder TokenCoder(HeadActivations activations, HeadMeans means, SensitivitySpace[] spaces)
    {
        try
        {
            return HeadCoder.Train(model, activations, means, spaces, options.TrainingRows, options.Autoencoder());
        }
        finally
        {
            Array.ForEach(spaces, space => space.Dispose());
        }
    }

    private CircuitScores Attribute(IReadOnlyList<CircuitExample> learned, HeadActivations activations, bool withCoder, out HeadCoder? coder)
    {
        var asked = Enumerable.Range(0, learned.Count).Where(row => learned[row].IsPositive && learned[row].Targets.Count > 0).Take(options.AttributionExamples).ToArray();
        if (asked.Length == 0)
        {
            throw new ArgumentException($"No positive example has a target, and {options.Scoring} measures the effect of heads on targets; add targets, or set Scoring to {CircuitScoring.CodeContrast}.");
        }
        using var scope = NewDisposeScope();
        var examples = asked.Select(row => learned[row]).ToArray();
        using var baseline = new BaselineMeans(model, [.. learned.Select(example => example.Tokens)], options.Edges ? CodedAttribution.Sources(_config) : [new(HookKind.Embedding)]);
        var gradients = new TargetGradients(model, task.Metric, options.Steps, baseline);
        var after = gradients.AfterAttention(examples, cancellationToken);
        using var means = HeadMeans.Of(activations, _config.Layers);
        var attribution = new CodedAttribution(model, means, baseline);
        using var asSaid = activations.Take(asked);
        var heads = attribution.Heads(asSaid, after);
        var edges = options.Edges ? new EdgeAttribution(model, gradients).Scores([.. examples.Take(options.EdgeExamples)], attribution.Written, cancellationToken) : null;
        coder = withCoder ? TokenCoder(activations, means, Spaces(after.OnTheWay)) : null;
        return new CircuitScores(ByHead(Softmax([.. heads.Values])), edges);
    }

    private SensitivitySpace[] Spaces(Tensor[] gradients)
    {
        var spaces = new List<SensitivitySpace>();
        try
        {
            foreach (var ofLayer in gradients)
            {
                spaces.Add(SensitivitySpace.Of(ofLayer, cancellationToken.ThrowIfCancellationRequested));
            }
            return [.. spaces];
        }
        catch
        {
            spaces.ForEach(space => space.Dispose());
            throw;
        }
    }

    private (double PValue, double Auc) Test(HeadCoder coder, CodeLikelihood likelihood, IReadOnlyList<CircuitExample> examples)
    {
        if (examples.Count == 0)
        {
            return (double.NaN, double.NaN);
        }
        using var activations = Read(examples);
        var values = likelihood.Activations(FoundCircuit.Codes(coder, activations, options.FirstCodeForNone), AllHeads, activations.Rows, activations.RowCount);
        double Auc(bool[] labels) => RankingScores.AreaUnderRoc(values, labels);
        var truth = Labels(examples);
        return (options.Permutations == 0 ? double.NaN : PermutationTest.PValue(truth, Auc, options.Permutations, options.Seed), Auc(truth));
    }

    private double[] Softmax(double[] scores)
    {
        if (options.Softmax == CircuitSoftmax.AcrossLayers)
        {
            foreach (var head in Enumerable.Range(0, _config.Heads))
            {
                var layers = Enumerable.Range(0, _config.Layers).Select(layer => (layer * _config.Heads) + head).ToArray();
                var parts = CodeScores.Softmax([.. layers.Select(index => scores[index])]);
                foreach (var (index, part) in layers.Zip(parts))
                {
                    scores[index] = part;
                }
            }
        }
        return options.Softmax == CircuitSoftmax.AllHeads ? CodeScores.Softmax(scores) : scores;
    }

    private static bool[] Labels(IReadOnlyList<CircuitExample> examples) => [.. examples.Select(example => example.IsPositive)];

    private Dictionary<CircuitNode, double> ByHead(double[] scores) =>
        Enumerable.Range(0, AllHeads).ToDictionary(Node, index => scores[index]);

    private Dictionary<CircuitEdge, double> ByEdge(double[,] scores) =>
        (from source in Enumerable.Range(0, AllHeads)
         from target in Enumerable.Range(0, AllHeads)
         where source / _config.Heads < target / _config.Heads
         select (source, target)).ToDictionary(pair => new CircuitEdge(Node(pair.source), Node(pair.target)), pair => scores[pair.source, pair.target]);

    private CircuitNode Node(int index) => CircuitNode.Head(index / _config.Heads, index % _config.Heads);
}
