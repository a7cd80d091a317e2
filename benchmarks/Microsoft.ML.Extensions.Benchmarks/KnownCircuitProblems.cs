using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A model with a known circuit.</summary>
/// <param name="Name">The name.</param>
/// <param name="Model">The model.</param>
/// <param name="Task">Creates examples, by number and seed.</param>
/// <param name="Truths">The true circuits, by the method that determines them.</param>
internal sealed record KnownCircuitProblem(
    string Name, TransformerModel Model, Func<int, int, CircuitTask> Task, IReadOnlyList<(string Name, CircuitTruth Truth)> Truths);

/// <summary>Models with known circuits: compiled programs, and trained models analysed by mean ablation.</summary>
internal sealed class KnownCircuitProblems : IDisposable
{
    // Examples for the truth, which no method sees.
    private const int TruthExamples = 300, TruthSeed = 1000;

    private readonly List<IDisposable> _owned = [];

    public IEnumerable<KnownCircuitProblem> All()
    {
        yield return Compiled("reverse", RaspPrograms.Reverse(), new());
        yield return Compiled("fraction-previous", RaspPrograms.FractionPrevious(1), new());
        yield return Compiled("sort", RaspPrograms.Sort(4), new() { Length = 4 });
        yield return Compiled("histogram", RaspPrograms.Histogram(), new());
        yield return Induction();
        yield return Brackets();
    }

    /// <summary>Two layers of four heads, trained on repeated parts with random gaps.</summary>
    public KnownCircuitProblem Induction()
    {
        var model = Load("nanda_induction_head_infinite", causal: true);
        return Ablated("induction, 2 layers of 4 heads", model, (count, seed) =>
            CircuitTasks.Induction(128, 85, 16, count, seed, copies: 3), [1, 2, 3, 4, 7]);
    }

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    private KnownCircuitProblem Brackets()
    {
        var model = Load("arena_brackets", causal: false);
        var tokenizer = TransformerTokenizer.OfCharacters(["[start]", "[pad]", "[end]", "(", ")"], "[start]", "[end]");
        return Ablated("brackets, 3 layers of 2 heads", model, (count, seed) =>
            CircuitTasks.Brackets(tokenizer, 20, count, seed), [2, 3, 4]);
    }

    private KnownCircuitProblem Compiled(string name, RaspProgram program, RaspCompilerOptions options)
    {
        options.DummyHeads = 4;
        var compiled = RaspCompiler.Compile(program, options);
        _owned.Add(compiled);
        var config = compiled.Model.Config;
        return new KnownCircuitProblem(
            $"{name}, compiled, {config.Layers} layers of {config.Heads} heads", compiled.Model, (count, seed) =>
                compiled.ToTask(count, seed),
            [("resampled", compiled.Truth(AblationKind.Resample)), ("zeroed", compiled.Truth(AblationKind.Zero))]);
    }

    private static KnownCircuitProblem Ablated(string name, TransformerModel model, Func<int, int, CircuitTask> task, int[] sizes)
    {
        var scores = new HeadAblation(AblationKind.Mean, edges: true).Score(model, task(TruthExamples, TruthSeed));
        return new KnownCircuitProblem(
            name, model, task, [.. sizes.Select(size => ($"best {size} by mean ablation", CircuitTruth.OfBest(scores, size, 2 * size)))]);
    }

    private TransformerModel Load(string name, bool causal)
    {
        var file = SharedData.Find($"circuit_models/{name}.safetensors")
            ?? throw new FileNotFoundException(
                $"circuit_models/{name}.safetensors is not in the data folder; set MLX_DATA to a folder that holds it.");
        var model = TransformerModel.LoadTransformerLens(
            file, config => config with { Causal = causal, Activation = TransformerActivation.Relu });
        _owned.Add(model);
        return model;
    }
}
