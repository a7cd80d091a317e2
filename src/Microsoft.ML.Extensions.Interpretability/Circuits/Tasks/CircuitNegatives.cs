namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The kind of negative examples of a task.</summary>
public enum CircuitNegatives
{
    /// <summary>The positive example's form without the feature that the circuit uses: only the circuit should separate the two.</summary>
    SameForm,

    /// <summary>
    /// As many tokens without the form. Many heads besides the circuit separate these from positive examples, so a head that is found
    /// only with them may just detect the form; they show how much a method depends on close negatives.
    /// </summary>
    Easy,
}
