using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="ParaRnnTrainer"/>.</summary>
public sealed class ParaRnnOptions : NetworkTrainerOptions, ICheckedOptions
{
    /// <summary>The recurrent cell. The default is <see cref="ParaRnnCell.Gru"/>.</summary>
    public ParaRnnCell Cell { get; set; } = ParaRnnCell.Gru;

    /// <summary>The width of the network and of the state in each direction, 1 to 8,192. The default is 32.</summary>
    [Range(1, 8192)]
    [SearchRange(16, 256, 32, true)]
    public int HiddenSize { get; set; } = 32;

    /// <summary>Residual blocks on top of each other, 1 to 64. The default is 2.</summary>
    [Range(1, 64)]
    [SearchRange(1, 4, 2)]
    public int Layers { get; set; } = 2;

    /// <summary>Whether a second scan runs from the last step to the first. The default is true; false where a step may not see later ones.</summary>
    [BooleanChoice(true)]
    public bool Bidirectional { get; set; } = true;

    /// <summary>How many steps the convolution in front of each scan sees, 1 to 1,024. The default is 8; the paper's is 4.</summary>
    [Range(1, 1024)]
    [SearchRange(1, 16, 8, true)]
    public int ConvolutionWidth { get; set; } = 8;

    /// <summary>The blocks of the cell's input matrix: each sees its share of the channels. 1 (all see all) to <see cref="HiddenSize"/>. The default is 1.</summary>
    [Range(1, 8192)]
    public int Heads { get; set; } = 1;

    /// <summary>The largest size of a recurrent weight, kept after every step, 0 (no limit) to 100. The default is 0.5, as in the paper.</summary>
    [Range(0.0, 100.0)]
    public double RecurrentWeightClip { get; set; } = 0.5;

    /// <summary>The part of each block's output and of the pooled vector that training drops, 0 to 0.95. The default is 0.1.</summary>
    [Range(0.0, 0.95)]
    [SearchRange(0.0, 0.6, 0.1)]
    public double Dropout { get; set; } = 0.1;

    /// <summary>The deviation of normal noise added to the numbers in training, in deviations of their channel, 0 to 10. The default is 0.1.</summary>
    [Range(0.0, 10.0)]
    [SearchRange(0.0, 0.5, 0.1)]
    public double InputNoise { get; set; } = 0.1;

    /// <summary>How the steps become one vector. The default is <see cref="SequencePooling.Segments"/>.</summary>
    public SequencePooling Pooling { get; set; } = SequencePooling.Segments;

    /// <summary>The pieces of <see cref="SequencePooling.Segments"/>, 1 (the mean) to 1,024. The default is 8.</summary>
    [Range(1, 1024)]
    [SearchRange(1, 16, 8, true)]
    public int PoolingSegments { get; set; } = 8;

    /// <summary>How the recurrence is computed. The default is <see cref="RecurrenceMode.Auto"/>.</summary>
    public RecurrenceMode Mode { get; set; } = RecurrenceMode.Auto;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Heads > 0 && HiddenSize % Heads != 0)
        {
            yield return $"Heads is {Heads}; it must divide HiddenSize, which is {HiddenSize}.";
        }
    }
}
