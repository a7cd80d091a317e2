using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions;

/// <summary>What the options of every trainer that learns epoch by epoch have, beside its columns.</summary>
public abstract class NetworkTrainerOptions : TrainerOptions
{
    /// <summary>For the option classes of this pack.</summary>
    private protected NetworkTrainerOptions()
    {
    }

    /// <summary>
    /// A key that says which rows belong together, such as those of one patient or one machine: none of them is learned from while others are
    /// held out to decide when to stop. A forecaster takes each group for a series in time order, and holds out its end. The default, null,
    /// takes what windows made by <c>ml.Transforms.Sequences.Window</c> know, and else every row for itself.
    /// </summary>
    public string? GroupColumnName { get; set; }

    /// <summary>
    /// Networks that are trained from different seeds and whose probabilities, or numbers, are averaged (deep ensembles: Lakshminarayanan et al.
    /// 2017, arXiv 1612.01474), 0 to 100. The default, 0, chooses: 5 below 500 rows to learn from, where a single network's luck decides, and 1 above.
    /// Training and scoring take so many times longer.
    /// </summary>
    [Range(0, 100)]
    [JsonPropertyName("Members")]
    public int EnsembleSize { get; set; }

    /// <summary>How the network is trained.</summary>
    [Required]
    [NestOption]
    public TrainingOptions Training { get; set; } = new();

    internal override string? RowGroups => GroupColumnName;

    internal override FitSettings Settings =>
        new(Training.Seed, Training.Device, Training.MemoryBudgetMegabytes * (1L << 20), Training.CancellationToken);
}
