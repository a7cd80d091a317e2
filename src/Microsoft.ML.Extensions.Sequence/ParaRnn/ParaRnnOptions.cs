using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="ParaRnnTrainer"/>.</summary>
public sealed class ParaRnnOptions : SequenceTrainerOptions, ICheckedOptions
{
    /// <summary>The recurrent cell. The default is <see cref="ParaRnnCell.Gru"/>. Ignored by a trainer with a custom cell.</summary>
    [Choice(new object[] { ParaRnnCell.Gru, ParaRnnCell.Lstm }, ParaRnnCell.Gru)]
    public ParaRnnCell Cell { get; set; } = ParaRnnCell.Gru;

    /// <summary>
    /// Whether a second scan runs from the last step to the first. The default is true; set it to false where outputs must not depend on
    /// later steps.
    /// </summary>
    [BooleanChoice(true)]
    public bool Bidirectional { get; set; } = true;

    /// <summary>The width of the convolution before each scan in steps, 1 to 1,024. The default is 8; the paper's is 4.</summary>
    [Range(1, 1024)]
    [Choice(new object[] { 1, 2, 4, 8, 16 }, 8)]
    public int ConvolutionWidth { get; set; } = 8;

    /// <summary>
    /// The number of blocks of the cell's block-diagonal input matrix, 1 (a full matrix) to
    /// <see cref="SequenceTrainerOptions.HiddenSize"/>. The default is 1.
    /// </summary>
    [Range(1, 8192)]
    public int Heads { get; set; } = 1;

    /// <summary>
    /// The largest magnitude of a recurrent weight, enforced after every step, 0 (no limit) to 100. The default is 0.5, as in the paper.
    /// </summary>
    [Range(0.0, 100.0)]
    public double RecurrentWeightClip { get; set; } = 0.5;

    /// <summary>How the recurrence is computed. The default is <see cref="RecurrenceMode.Auto"/>.</summary>
    public RecurrenceMode Mode { get; set; } = RecurrenceMode.Auto;

    /// <summary>
    /// The iterations of <see cref="RecurrenceMode.Newton"/>, 1 to 100. The default, the paper's, is 3: sufficient where recurrent weights
    /// are within 0.5. Where a residual is still above 0.0001, up to eight times as many iterations run, and then the step-by-step loop.
    /// </summary>
    [Range(1, 100)]
    public int NewtonIterations { get; set; } = 3;

    /// <summary>
    /// The damping factor of <see cref="RecurrenceMode.Newton"/>'s corrections, above 0 to 1. The default is 1; lower values are slower and
    /// more stable.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double NewtonDamping { get; set; } = 1;

    /// <summary>The registered name of a custom cell, which replaces <see cref="Cell"/>; null for none.</summary>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    internal string? CustomCell { get; private set; }

    /// <summary>The same options with a custom cell.</summary>
    internal ParaRnnOptions With<TCell>() where TCell : struct, IRecurrentCell<TCell>
    {
        var copy = OptionsCopy.Of(this);
        copy.CustomCell = ParaRnnCells.NameOf<TCell>();
        return copy;
    }

    private protected override IReadOnlyList<PartSize> Sizes => [new(nameof(HiddenSize), HiddenSize, Heads)];

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Heads > 0 && HiddenSize % Heads != 0)
        {
            yield return $"Heads is {Heads}; it must divide HiddenSize, which is {HiddenSize}.";
        }
    }
}
