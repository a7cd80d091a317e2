using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Training;

/// <summary>What one pass tells of a part of the rows.</summary>
internal sealed class ExampleStatistics
{
    public LabelStatistics Labels { get; } = new();

    /// <summary>Mean and spread of each channel, or, where rows are vectors of fixed length, of each of their numbers; empty for tokens.</summary>
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
