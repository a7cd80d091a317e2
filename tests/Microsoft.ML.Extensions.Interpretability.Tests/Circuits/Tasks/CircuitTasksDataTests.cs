using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits.Tasks;

/// <summary>Models that others trained do what the tasks ask for.</summary>
[TestClass]
public sealed class CircuitTasksDataTests
{
    [TestMethod, Trained]
    public void Brackets_AreDistinguishedByAModelTrainedOnThem()
    {
        using var model = Load("circuit_models/arena_brackets.safetensors", causal: false);
        var tokenizer = TransformerTokenizer.OfCharacters(["[start]", "[pad]", "[end]", "(", ")"], "[start]", "[end]");
        foreach (var negatives in Enum.GetValues<CircuitNegatives>())
        {
            var task = CircuitTasks.Brackets(tokenizer, 20, 100, TrainedSeed.From(1), negatives);
            TrainedBound.AtLeast(PartWhereLargest(model, task.Positives), 1, "right answers, closed");
            var asTargets = task.Negatives.Select(example => new CircuitExample(example.Tokens, false, [new CircuitTarget(0, 0, 1)]));
            TrainedBound.AtLeast(PartWhereLargest(model, [.. asTargets]), 1, "right answers, not closed");
        }
    }

    [TestMethod, Trained]
    public void Induction_IsDoneByAModelTrainedOnIt()
    {
        using var model = Load("circuit_models/nanda_induction_head_infinite.safetensors", causal: true);
        var task = CircuitTasks.Induction(128, 85, 16, 100, TrainedSeed.From(1), copies: 3);
        // 0.83 where the rest of the row may repeat as well.
        TrainedBound.Above(PartWhereLargest(model, task.Positives), 0.8, "right answers");
        // Where nothing repeats, what would have been said is no likelier than chance allows: one of 128.
        var without = task.Positives.Zip(
            task.Negatives, (positive, negative) => new CircuitExample(negative.Tokens, false, positive.Targets));
        TrainedBound.Below(PartWhereLargest(model, [.. without]), 0.1, "the same answers where nothing repeats");
    }

    private static double PartWhereLargest(TransformerModel model, IReadOnlyList<CircuitExample> examples)
    {
        using var scope = NewDisposeScope();
        using var logits = model.Run(new TokenBatch(examples.Select(example => example.Tokens)), HookKind.Logits);
        var likeliest = logits.argmax(-1);
        var steps = likeliest.shape[1];
        var answers = likeliest.data<long>().ToArray();
        var right = examples.SelectMany(
            (example, row) => example.Targets.Select(target => answers[(row * steps) + target.Position] == target.Output)).ToArray();
        return right.Count(isRight => isRight) / (double)right.Length;
    }

    private static TransformerModel Load(string relative, bool causal)
    {
        var path = SharedData.Find(relative);
        if (path is null)
        {
            Assert.Inconclusive($"{relative} is not in the data folder; set MLX_DATA to a folder that holds it.");
        }
        return TransformerModel.LoadTransformerLens(
            path!, config => config with { Causal = causal, Activation = TransformerActivation.Relu });
    }
}
