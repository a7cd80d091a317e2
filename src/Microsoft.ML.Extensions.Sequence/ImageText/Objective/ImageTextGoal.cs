namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The learning goal of image-text matching.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Margin">The margin of the hinge.</param>
/// <param name="Negatives">The negatives.</param>
/// <param name="Count">The number of uniform negatives.</param>
/// <param name="Replace">The part of a pair that is replaced.</param>
internal sealed record ImageTextGoal(
    ImageTextObjective Objective, double Margin, ImageTextNegatives Negatives, int Count, ReplacedPart Replace);
