using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of forecasting the next values of a series from a window, shared by all forecasters.</summary>
/// <remarks>
/// <para>The features are a window <c>[L, C]</c> (or <c>[L]</c>) whose first K channels are the targets themselves; the label is a vector
/// <c>[H, K]</c> (or <c>[H]</c>), the targets' next H values. <c>ml.Transforms.Sequences.ForecastWindow</c> creates both from a
/// table.</para>
/// <para>A forecast is the sum of a linear model of each target's own window, the same for all targets, which is solved in closed form
/// (ridge regression, with the penalty chosen on the validation data or the last fifth of the training rows), and of a network, which is
/// trained on the residuals.</para>
/// </remarks>
public sealed class ForecastOptions : ICheckedOptions
{
    /// <summary>The normalisation of windows. The default is <see cref="ForecastNormalization.LastValue"/>.</summary>
    [Choice(
        new object[] { ForecastNormalization.LastValue, ForecastNormalization.MeanAndDeviation, ForecastNormalization.None },
        ForecastNormalization.LastValue)]
    public ForecastNormalization Normalization { get; set; } = ForecastNormalization.LastValue;

    /// <summary>Whether the closed-form linear model is a part of the forecast. The default is true.</summary>
    [BooleanChoice(true)]
    public bool Linear { get; set; } = true;

    /// <summary>Whether the linear model is all of the forecast: the baseline to compare with. The default is false.</summary>
    public bool LinearOnly { get; set; }

    /// <summary>
    /// The steps that the linear model sees, 0 to 100,000. The default, 0, is the whole window where all windows have one length,
    /// and 64 where they differ.
    /// </summary>
    [Range(0, 100_000)]
    public int LinearWindow { get; set; }

    /// <summary>
    /// Whether the network processes each target separately, with the covariates, with weights shared among the targets
    /// (Nie et al. 2023, arXiv 2211.14730). The default is true; false lets the network use dependencies between targets.
    /// </summary>
    [BooleanChoice(true)]
    public bool ChannelIndependent { get; set; } = true;

    /// <summary>
    /// The number of steps in a patch, which the network processes as one step (Nie et al. 2023, arXiv 2211.14730, without overlap), 1 to
    /// 1,024. Training is this many times faster, and the network looks this many times further back. The default is 8; 1 uses single
    /// steps.
    /// </summary>
    [Range(1, 1024)]
    [Choice(new object[] { 1, 2, 4, 8, 16, 32 }, 8)]
    public int PatchLength { get; set; } = 8;

    /// <summary>
    /// The number of last channels of the window that are known in advance (calendar, prices, plans), 0 to 100,000. The default, 0, uses
    /// the column's annotation: those that <c>ForecastWindow</c> created from <c>knownColumnNames</c>. At step t such a channel holds the
    /// value of step t + H.
    /// </summary>
    [Range(0, 100_000)]
    public int KnownChannels { get; set; }

    /// <summary>
    /// The distribution of each value to come, learned by maximum likelihood; its mean is the forecast, and quantiles are its own. The
    /// default, none, learns the mean by squared errors and each quantile by itself.
    /// </summary>
    public ForecastDistribution Distribution { get; set; } = ForecastDistribution.None;

    /// <summary>
    /// The quantiles to forecast in addition to the mean, between 0 and 1 in ascending order, such as .1 and .9. The default is none.
    /// </summary>
    public double[] Quantiles { get; set; } = [];

    /// <summary>The name of the column of quantiles <c>[Q, H, K]</c>; not used without any. The default is <c>Quantiles</c>.</summary>
    [Required]
    public string QuantilesColumnName { get; set; } = "Quantiles";

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (ErrorOfQuantiles(Quantiles) is { } error)
        {
            yield return error;
        }
        if (LinearOnly && !Linear)
        {
            yield return "LinearOnly is true and Linear is false, which leaves no model; change one of them.";
        }
        if (LinearOnly && Quantiles is { Length: > 0 } && Distribution == ForecastDistribution.None)
        {
            yield return "LinearOnly is true and Quantiles is not empty; quantiles come from the network, so leave them out, set LinearOnly to false, or set Distribution.";
        }
    }

    /// <summary>A copy with this number of known channels.</summary>
    internal ForecastOptions WithKnown(int channels)
    {
        var copy = OptionsCopy.Of(this);
        copy.KnownChannels = channels;
        return copy;
    }

    /// <summary>The error of quantiles; null where there is none.</summary>
    internal static string? ErrorOfQuantiles(double[]? quantiles) =>
        quantiles is null || quantiles.Any(q => !(q > 0 && q < 1)) || !quantiles.SequenceEqual(quantiles.Distinct().Order())
            ? $"Quantiles is {Text(quantiles)}; allowed are numbers above 0 and below 1, each larger than the one before." : null;

    internal static string Text(double[]? values) =>
        values is null ? "null" : string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
