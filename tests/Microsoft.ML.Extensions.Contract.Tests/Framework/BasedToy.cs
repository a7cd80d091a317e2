using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// Rows of noise whose label is the value of one step, which pooled features cannot show and a network can, so that the network is kept
/// with its base.
/// </summary>
internal static class BasedToy
{
    private const int Steps = 8;
    private const int Channels = 2;

    /// <summary>A model of base and network.</summary>
    public static NetworkTransformer Fit(MLContext ml, IDataView data, Action<ParaRnnOptions>? change = null) => Trainer(ml, change).Fit(data);

    /// <summary>The trainer.</summary>
    public static ParaRnnTrainer Trainer(MLContext ml, Action<ParaRnnOptions>? change = null)
    {
        var options = new ParaRnnOptions
        {
            LabelColumnName = "Target",
            Base = SequenceBase.RandomConvolution,
            ConvolutionWidth = 2,
            Pooling = SequencePooling.Segments,
            PoolingSegments = Steps,
            HiddenSize = 8,
            Layers = 1,
            EnsembleSize = 2,
            InputNoise = 0,
        };
        (options.Training.Seed, options.Training.Epochs, options.Training.LearningRate) = (1, 20, 0.02);
        change?.Invoke(options);
        return ml.Regression.Trainers.ParaRnn(options);
    }

    /// <summary>Rows whose number is the first channel of the third step.</summary>
    public static SequenceRow[] Rows(int count, int seed)
    {
        var rows = Noise(count, seed);
        foreach (var row in rows)
        {
            row.Target = row.Features[2 * Channels];
        }
        return rows;
    }

    /// <summary>Rows whose number is the opposite: whatever has learned of the others is wrong about these.</summary>
    public static SequenceRow[] Opposite(int count, int seed)
    {
        var rows = Rows(count, seed);
        foreach (var row in rows)
        {
            row.Target = -row.Target;
        }
        return rows;
    }

    private static SequenceRow[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new SequenceRow
        {
            Features = [.. Enumerable.Range(0, Steps * Channels).Select(_ => (float)Normal.Next(random))], Target = (float)Normal.Next(random),
        })];
    }

    public static IDataView View(MLContext ml, SequenceRow[] rows) => SequenceRow.ToDataView(ml, rows, Steps, Channels);

    public static float[][] Scores(ITransformer model, IDataView data) => [.. model.Transform(data).GetColumn<float>("Score").Select(score => new[] { score })];
}
