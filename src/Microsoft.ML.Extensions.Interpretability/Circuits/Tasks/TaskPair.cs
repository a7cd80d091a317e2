using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A positive example and the negative one made from it.</summary>
internal readonly record struct TaskPair(CircuitExample Positive, CircuitExample Negative)
{
    /// <exception cref="ArgumentException">The two have not the same number of tokens.</exception>
    public static TaskPair Of(int[] positive, int[] negative, IReadOnlyList<CircuitTarget> targets) => positive.Length == negative.Length
        ? new(new CircuitExample(positive, true, targets), new CircuitExample(negative, false))
        : throw new ArgumentException(
            $"The tokenizer makes {positive.Length} tokens of an example and {negative.Length} of its negative one; give one that makes one token of each word.");

    /// <summary>A task of pairs, each drawn with a seed of its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no pair.</exception>
    public static CircuitTask MakeTask(int count, int seed, Func<Random, TaskPair> pair)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var pairs = Enumerable.Range(0, count).Select(i => pair(new Random(SeedSequence.Derive(seed, i)))).ToArray();
        return new CircuitTask([.. pairs.Select(two => two.Positive), .. pairs.Select(two => two.Negative)]);
    }
}
