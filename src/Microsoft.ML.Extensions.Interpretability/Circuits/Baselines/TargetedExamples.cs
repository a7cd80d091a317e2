namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The positive examples with targets, which methods by gradients or ablations measure on.</summary>
internal static class TargetedExamples
{
    /// <summary>The examples, each with its number among the positives.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static IReadOnlyList<(int Number, CircuitExample Example)> Targeted(this CircuitTask task)
    {
        var targeted = task.Positives.Select((example, number) => (number, example)).Where(pair => pair.example.Targets.Count > 0)
            .ToArray();
        return targeted.Length > 0
            ? targeted
            : throw new ArgumentException(
                "No positive example has a target, and the method measures effects on targets; add the outputs that the model should give.", nameof(task));
    }
}
