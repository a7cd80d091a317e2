namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A method that finds the parts of a model that perform a task.</summary>
public abstract class CircuitMethod
{
    private protected CircuitMethod()
    {
    }

    /// <summary>Its name in tables.</summary>
    public abstract string Name { get; }

    /// <summary>Scores of a model's heads and edges.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">
    /// The examples. Methods by gradients or ablations measure their targets, and some positive example must have one.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">
    /// An example does not fit the model, or something that the method needs is missing; the message names it.
    /// </exception>
    public abstract CircuitScores Score(TransformerModel model, CircuitTask task, CancellationToken cancellationToken = default);
}
