namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What the negative examples of a task are.</summary>
public enum CircuitNegatives
{
    /// <summary>The positive example's form, without what makes the circuit's work needed: only the circuit should tell the two apart.</summary>
    SameForm,

    /// <summary>
    /// As many tokens in which not even the form is left. Much besides the circuit tells these from positive examples, so a head that is found
    /// with them alone may do no more than notice the form; they are there to see how much a method depends on close negatives.
    /// </summary>
    Easy,
}
