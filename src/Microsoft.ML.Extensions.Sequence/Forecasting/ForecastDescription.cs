using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The shape and options of a forecast; part of the saved model.</summary>
/// <param name="Horizon">H, the steps ahead.</param>
/// <param name="Targets">K, the series forecast.</param>
/// <param name="Scales">The deviation of each target in the training data, <c>[K]</c>: the unit of losses.</param>
/// <param name="Options">The user's choices.</param>
/// <param name="Names">The names of the label's slots, <c>[H * K]</c>; null where it has none.</param>
internal sealed record ForecastDescription(
    [property: Range(1, SizeLimits.MaxForecast)] int Horizon, [property: Range(1, SizeLimits.MaxForecast)] int Targets, double[] Scales,
        ForecastOptions Options,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Names = null) : ICheckedOptions
{
    /// <summary>The mean and each quantile.</summary>
    public int Kinds => 1 + Options.Quantiles.Length;

    /// <summary>The distribution of each value; null where there is none.</summary>
    [JsonIgnore]
    public ParametricDistribution? Distribution { get; } = ParametricDistribution.Of(Options?.Distribution ?? ForecastDistribution.None);

    /// <summary>The distribution whose parameters an ONNX file computes; null where it needs the mean alone, or what was learned without one.</summary>
    /// <exception cref="NotSupportedException">The quantiles of the distribution have no ONNX form.</exception>
    [JsonIgnore]
    public NormalDistribution? OnnxDistribution => Options.Quantiles.Length == 0 || Distribution is null ? null
        : Distribution as NormalDistribution ?? throw new NotSupportedException(
            $"Distribution is {Options.Distribution}, whose quantiles have no ONNX form; train it without Quantiles for a file of the means, or set Distribution "
            + $"to {ForecastDistribution.Normal} or {ForecastDistribution.None}");

    /// <summary>What the network gives of each value: the parameters of its distribution, or the mean and each quantile.</summary>
    [JsonIgnore]
    public int Parameters => Distribution?.Parameters ?? Kinds;

    /// <summary>The number of values of a forecast <c>[Kinds, H, K]</c>.</summary>
    public int Outputs => Kinds * Horizon * Targets;

    /// <summary>Reads the description from a head's description.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message lists all of them.</exception>
    /// <exception cref="JsonException">It is not the description of a forecast.</exception>
    public static ForecastDescription Of(HeadDescription head)
    {
        var forecast = head.Details?.Deserialize<ForecastDescription>(ModelEntry.Json)
            ?? throw new FormatException("The forecast is not described.");
        OptionsValidation.Validate(forecast);
        return forecast;
    }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        var numbers = (long)Horizon * Targets;
        if (numbers * (Distribution?.Parameters ?? 1) > SizeLimits.MaxForecast || numbers * (1L + (Options?.Quantiles?.Length ?? 0)) > SizeLimits.MaxForecast)
        {
            yield return $"Horizon is {Horizon} and Targets is {Targets}; allowed are {SizeLimits.MaxForecast} numbers, with their quantiles.";
        }
        if (Scales is not null && (Scales.Length != Targets || Scales.Any(scale => !(scale > 0 && double.IsFinite(scale)))))
        {
            yield return $"Scales has {Scales.Length} numbers for {Targets} targets, or one of them is not above 0.";
        }
        if (Names is not null && (Names.Length != numbers || Names.Contains(null)))
        {
            yield return $"Names has {Names.Length} names for {numbers} numbers, or one of them is null.";
        }
    }
}
