using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>A trained model without its weights: the content of <c>model.json</c>.</summary>
/// <param name="Network">The name of the <see cref="NetworkKind"/>.</param>
/// <param name="Options">The trainer's options, without callbacks.</param>
/// <param name="EnsembleSize">The number of networks whose outputs are averaged.</param>
/// <param name="Input">The input column.</param>
/// <param name="Missing">How missing values are read.</param>
/// <param name="Head">The task.</param>
/// <param name="Outputs">The columns that scoring adds.</param>
internal sealed record ModelDescription(
    string Network, JsonElement Options, [property: Range(1, 100), JsonPropertyName("Members")] int EnsembleSize, InputColumn Input,
        MissingValues Missing, HeadDescription Head, OutputColumnNames Outputs)
{
    /// <summary>The base that answers beside the networks; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BaseDescription? Base { get; init; }

    /// <summary>The part of the target weights that were live at any time of a sparse training; null where it was not sparse.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Range(0.0, 1.0)]
    public double? ExploredShare { get; init; }

    /// <summary>The part of the weights of all matrices that were live in sparse training, the mean over its steps; null where it was not sparse.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Range(0.0, 1.0)]
    public double? MeanDensity { get; init; }

    /// <summary>The largest such part in a step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Range(0.0, 1.0)]
    public double? PeakDensity { get; init; }

    /// <summary>Whether scores are the same for any number of threads; false in files from before the option.</summary>
    [JsonIgnore]
    public bool IsDeterministic => Options.ValueKind == JsonValueKind.Object
        && Options.TryGetProperty(nameof(TrainerOptions.Deterministic), out var value) && value.ValueKind == JsonValueKind.True;
}
