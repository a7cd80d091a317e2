namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The description of a circuit's transformer in a model file, without its tensors.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Model">The language model's shape.</param>
/// <param name="ModelFolder">The folder of the language model; null where it is embedded.</param>
/// <param name="ModelChecksum">SHA-256 of the language model's weights.</param>
/// <param name="TokenizerFiles">The files of the tokenizer, by name; null for none.</param>
/// <param name="Heads">Scores of heads, layer by layer.</param>
/// <param name="Contrasts">Their contrasts.</param>
/// <param name="Edges">Scores of all edges in their order; NaN for one that has none.</param>
/// <param name="Threshold">The fraction of the best score from which a head is selected.</param>
/// <param name="PValue">The permutation test's.</param>
/// <param name="HeldOutAuc">The area under the ROC curve on held-out examples.</param>
/// <param name="IsPooled">Whether heads are averaged over tokens.</param>
/// <param name="FirstCodeForNone">Whether no code counts as the first.</param>
/// <param name="CircuitHeads">The heads of the activation.</param>
/// <param name="Ratios">The log-likelihood ratios of each of them.</param>
/// <param name="Effect">The circuit's effect on the targets; null where it was not measured.</param>
/// <param name="IsHeldOut">Whether the tests use held-out examples; null in files that do not state it.</param>
internal sealed record CircuitDescription(
    CircuitColumns Columns, TransformerConfig Model, string? ModelFolder, byte[] ModelChecksum, Dictionary<string, byte[]>? TokenizerFiles,
    double[] Heads, double[] Contrasts, double[] Edges, double Threshold, double PValue, double HeldOutAuc,
    bool IsPooled, bool FirstCodeForNone, int[] CircuitHeads, double[][] Ratios, CircuitEffect? Effect = null, bool? IsHeldOut = null)
        : ICheckedOptions
{
    // Beyond all logarithms of frequencies.
    private const double LargestRatio = 1e6;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        // Values that were not tested are NaN, as are edges without a score.
        if (Heads?.All(double.IsFinite) == false || Contrasts?.Any(double.IsInfinity) == true || Edges?.Any(double.IsInfinity) == true
            || !double.IsFinite(Threshold)
            || PValue is < 0 or > 1 || HeldOutAuc is < 0 or > 1)
        {
            yield return "a score, the threshold, the p-value or the area under the curve is no number that they can be.";
        }
        if (Ratios?.Any(ratios => ratios?.All(ratio => Math.Abs(ratio) <= LargestRatio) != true) == true)
        {
            yield return "Ratios holds a null, or a number that is no logarithm of frequencies.";
        }
    }
}
