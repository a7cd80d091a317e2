using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Statistics of a part of the rows.</summary>
internal sealed class ExampleStatistics
{
    public LabelStatistics Labels { get; } = new();

    /// <summary>Mean and deviation of each channel, or of each number of vectors of fixed length; empty for tokens.</summary>
    public ChannelStatistics Channels { get; } = new();

    /// <summary>The mean of the example weights.</summary>
    public double MeanWeight { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(ExampleColumns columns, ReadOnlySpan<float> input, ReadOnlySpan<float> label, float weight)
    {
        Labels.Add(columns.Task.LabelsAreLists ? [] : label, columns.Task.IsClassification);
        MeanWeight += (weight - MeanWeight) / Labels.Rows;
        if (columns.Input.Kind == InputKind.Sequence)
        {
            Channels.Add(input, columns.Input.IsFixed ? input.Length : columns.Input.Channels);
        }
    }
}
