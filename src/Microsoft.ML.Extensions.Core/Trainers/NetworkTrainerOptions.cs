using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions;

/// <summary>The options of every trainer that learns epoch by epoch.</summary>
public abstract class NetworkTrainerOptions : TrainerOptions
{
    /// <summary>For the option classes of this pack.</summary>
    private protected NetworkTrainerOptions()
    {
    }

    /// <summary>
    /// A key that names groups of rows, such as those of one patient or one machine. A group is either in the training set or
    /// in the validation set. A forecaster treats each group as a series in time order, and holds out its end. The default, null,
    /// uses the series of windows made by <c>ml.Transforms.Sequences.Window</c>; other rows have no groups.
    /// </summary>
    public string? GroupColumnName { get; set; }

    /// <summary>
    /// The number of networks that are trained from different seeds; their probabilities, or predicted numbers, are averaged (deep
    /// ensembles: Lakshminarayanan et al. 2017, arXiv 1612.01474), 0 to 100. The default, 0, chooses: 5 below 500 training rows, where
    /// single networks vary most, and 1 above. Training and scoring take that many times longer.
    /// </summary>
    [Range(0, 100)]
    [JsonPropertyName("Members")]
    public int EnsembleSize { get; set; }

    /// <summary>How the network is trained.</summary>
    [Required]
    [NestOption]
    public TrainingOptions Training { get; set; } = new();

    /// <summary>
    /// The parts that a smaller network may lack or have smaller, in the order of the network; none where there is only one size.
    /// </summary>
    internal virtual IReadOnlyList<NetworkPart> Parts => [];

    /// <summary>Turns these into the options of a smaller network.</summary>
    /// <param name="kept">For each of <see cref="Parts"/> its sizes, in their order; null for a part that the network lacks.</param>
    internal virtual void Shrink(IReadOnlyList<IReadOnlyList<int>?> kept)
    {
    }

    /// <summary>The columns that training reads.</summary>
    internal virtual IEnumerable<string> TrainingColumns =>
        new[] { FeatureColumnName, LabelColumnName, ExampleWeightColumnName, GroupColumnName }.OfType<string>();

    /// <summary>A column with another model's score, which the network corrects; null for none.</summary>
    internal virtual string? CorrectedColumnName => null;

    /// <summary>Keeps what smaller networks have in common with a trained one of these options, beside its weights.</summary>
    /// <param name="trained">The trained model.</param>
    internal virtual void KeepOf(NetworkTransformer trained)
    {
    }

    internal override string? RowGroups => GroupColumnName;

    internal override FitSettings Settings =>
        new(Training.Seed, Training.Device, Training.MemoryBudgetMegabytes * (1L << 20), Training.CancellationToken);
}
