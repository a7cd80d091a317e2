using System.ComponentModel.DataAnnotations;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="RecurrentTrainer"/>.</summary>
public sealed class RecurrentOptions : SequenceTrainerOptions, ICheckedOptions
{
    /// <summary>The recurrent cell. The default is <see cref="RecurrentCell.Gru"/>.</summary>
    [Choice(new object[] { RecurrentCell.Elman, RecurrentCell.Jordan, RecurrentCell.Lstm, RecurrentCell.Gru }, RecurrentCell.Gru)]
    public RecurrentCell Cell { get; set; } = RecurrentCell.Gru;

    /// <summary>
    /// The function of the cells Elman and Jordan; the gated cells have their own. The default is <see cref="RecurrentActivation.Tanh"/>.
    /// </summary>
    public RecurrentActivation Activation { get; set; } = RecurrentActivation.Tanh;

    /// <summary>
    /// Whether <see cref="RecurrentCell.Lstm"/> has peepholes: weights from its cell to its gates, one per channel (Gers and Schmidhuber
    /// 2000). The default is false.
    /// </summary>
    public bool Peepholes { get; set; }

    /// <summary>
    /// Whether a second recurrence runs from the last step to the first (Schuster and Paliwal 1997). The default is true; set it to false
    /// where outputs must not depend on later steps.
    /// </summary>
    [BooleanChoice(true)]
    public bool Bidirectional { get; set; } = true;

    /// <summary>
    /// The width of the convolution before each recurrence in steps, 0 to 1,024. The default is 8. 0 gives a plain recurrent network:
    /// recurrent layers on top of each other, without convolution, norm and residual.
    /// </summary>
    [Range(0, 1024)]
    [Choice(new object[] { 1, 2, 4, 8, 16 }, 8)]
    public int ConvolutionWidth { get; set; } = 8;

    /// <summary>
    /// Truncated back-propagation through time: gradients stop at steps whose number is a multiple of it, states do not. 0 to 1,000,000;
    /// the default, 0, is the full gradient.
    /// </summary>
    [Range(0, 1_000_000)]
    public int TruncationLength { get; set; }

    /// <summary>How the channels of a layer are connected. The default is <see cref="RecurrentStructure.Dense"/>.</summary>
    public RecurrentStructure Structure { get; set; } = RecurrentStructure.Dense;

    /// <summary>The graphs of <see cref="RecurrentStructure.RandomGraph"/>.</summary>
    [Required]
    public RandomGraphOptions Graph { get; set; } = new();

    // The channels of a graph are its nodes, whose number changes what graph it is.
    private protected override IReadOnlyList<PartSize> Sizes => Structure == RecurrentStructure.RandomGraph ? [] : base.Sizes;

    private protected override void Set(IReadOnlyList<int> sizes)
    {
        if (sizes.Count > 0)
        {
            base.Set(sizes);
        }
    }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Activation == RecurrentActivation.Relu && Cell is (RecurrentCell.Lstm or RecurrentCell.Gru))
        {
            yield return $"Activation is {Activation}, and Cell is {Cell}, which has its own; leave it at {RecurrentActivation.Tanh}, "
                + $"or set Cell to {RecurrentCell.Elman} or {RecurrentCell.Jordan}.";
        }
        if (Peepholes && Cell != RecurrentCell.Lstm)
        {
            yield return $"Peepholes is true, and Cell is {Cell}, which has none; set Cell to {RecurrentCell.Lstm}, or Peepholes to false.";
        }
    }
}
