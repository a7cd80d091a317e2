namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A target of an example: one output at one token.</summary>
/// <param name="Position">The token at which the output is read, from 0.</param>
/// <param name="Output">The output.</param>
/// <param name="Against">The output that is subtracted (the wrong name in indirect object identification); null for none.</param>
public readonly record struct CircuitTarget(int Position, int Output, int? Against = null);
