using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Whether a trained model has the task of a training.</summary>
internal static class TaskMatch
{
    /// <exception cref="InvalidOperationException">The tasks differ, or their classes do.</exception>
    public static void Check(string model, TaskHead trained, TaskHead head, string advice)
    {
        var (one, other) = (trained.Description, head.Description);
        if (one.Task != other.Task || one.Outputs != other.Outputs || !one.SameClasses(other))
        {
            throw new InvalidOperationException($"{model} was trained for {Describe(one)}, and this is {Describe(other)}. {advice}");
        }
    }

    private static string Describe(HeadDescription head) => FormattableString.Invariant(
        $"{head.Task} of {head.Outputs} outputs{(head.Classes is { } names ? $" ({string.Join(", ", names.Values.Take(10))})" : "")}");
}
