using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A network to compare with others of its size.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Create">Creates its trainer.</param>
internal sealed record Contender(string Name, Func<MLContext, TrainingOptions, IEstimator<NetworkTransformer>> Create)
{
    /// <summary>The paper's block in one direction, pooled by the mean.</summary>
    public static Contender Lssl(string name, int width, Action<LsslOptions> change) => new(name, (ml, training) =>
    {
        var options = new LsslOptions
        {
            HiddenSize = width,
            EnsembleSize = 1,
            Bidirectional = false,
            ConvolutionWidth = 0,
            Pooling = SequencePooling.Mean,
            Training = training,
        };
        change(options);
        return ml.MulticlassClassification.Trainers.Lssl(options);
    });

    /// <summary>nn.GRU and nn.LSTM, each pooled as usual, by the last step, and as the other trainers, by the mean.</summary>
    public static IEnumerable<Contender> Peers(int width) =>
        from cell in Enum.GetValues<RecurrentPeerCell>()
        from pooling in new[] { SequencePooling.Last, SequencePooling.Mean }
        select new Contender(
            $"nn.{cell.ToString().ToUpperInvariant()}, {pooling}",
            (ml, training) => new RecurrentPeer(ml.MulticlassClassification.Trainers, new RecurrentPeerOptions
            {
                Cell = cell,
                HiddenSize = width,
                EnsembleSize = 1,
                Pooling = pooling,
                Training = training,
            }));
}
