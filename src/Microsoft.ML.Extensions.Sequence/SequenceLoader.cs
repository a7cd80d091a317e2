using Microsoft.ML;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(NetworkTransformer), typeof(SequenceLoader), null, typeof(SignatureLoadModel), "Sequence network", SequenceKind.LoaderName)]

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The loader by which ML.NET finds this package's networks in a saved model, and the lists of them and of the tasks they are for: a new
/// trainer is a line here.
/// </summary>
internal static class SequenceLoader
{
    private static readonly NetworkKind[] Kinds =
    [
        AarenTrainer.Network,
        ImageTextMatchingTrainer.Network,
        ImageTextPairTrainer.Network,
        LrcnCaptionTrainer.Network,
        LrcnTrainer.Network,
        LsslTrainer.Network,
        NeuralRankingTrainer.Network,
        NumericRankingTrainer.Network,
        ParaRnnTrainer.Network,
        RandomConvolutionTrainer.Network,
        RecurrentTrainer.Network,
        SingleLayerTransformerTrainer.Network,
    ];

    private static readonly TaskKind[] Tasks =
    [
        .. TaskKind.Common, ForecastTask.Instance, ImageTextPairTask.Unread, ImageTextTask.Loaded, RankingTask.Loaded, SentenceTask.Loaded,
    ];

    /// <summary>Called by ML.NET to load a model.</summary>
    public static NetworkTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        ModelReader.Load(env, ctx, SequenceKind.File, Kinds, Tasks);
}
