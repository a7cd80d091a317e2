using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Microsoft.ML.Extensions.Calibration;

/// <summary>The description of calibrated probabilities in a model file.</summary>
/// <param name="ScoreColumnName">The probabilities.</param>
/// <param name="PredictedLabelColumnName">The predicted class.</param>
/// <param name="Classes">K.</param>
/// <param name="Factor">The exponent of a probability: 1 over the temperature.</param>
internal sealed record TemperatureScaling(
    [property: Required] string ScoreColumnName, [property: Required] string PredictedLabelColumnName, [property: Range(2, int.MaxValue)] int Classes,
    [property: Range(1e-3, 1e4)] double Factor)
{
    /// <summary>What stands for a smaller probability, so that its logarithm is a number.</summary>
    public const double LeastProbability = 1e-12;

    /// <summary>The logarithms of probabilities.</summary>
    public static void Logits(ReadOnlySpan<float> probabilities, Span<double> logits)
    {
        for (var kind = 0; kind < probabilities.Length; kind++)
        {
            logits[kind] = Math.Log(Math.Max(probabilities[kind], LeastProbability));
        }
    }

    /// <summary>The calibrated probabilities <c>p^f / sum p^f</c>.</summary>
    /// <param name="probabilities"><c>[K]</c>.</param>
    /// <param name="logits">Memory, <c>[K]</c>.</param>
    /// <param name="calibrated">Receives them, <c>[K]</c>.</param>
    public void Apply(ReadOnlySpan<float> probabilities, Span<double> logits, Span<float> calibrated)
    {
        Logits(probabilities, logits);
        TensorPrimitives.Multiply(logits, Factor, logits);
        TensorPrimitives.SoftMax(logits, logits);
        for (var kind = 0; kind < calibrated.Length; kind++)
        {
            calibrated[kind] = (float)logits[kind];
        }
    }
}
