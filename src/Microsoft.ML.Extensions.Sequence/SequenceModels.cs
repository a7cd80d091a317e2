using Microsoft.ML;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(NetworkTransformer), typeof(SequenceModels), null, typeof(SignatureLoadModel), "Sequence network", SequenceModels.LoaderName)]

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The networks of this package, and the loader by which ML.NET finds them in a saved model.</summary>
internal static class SequenceModels
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string LoaderName = "MLExtSequenceNetwork";

    private static readonly ModelKind File = new("SEQNETWK", LoaderName, typeof(SequenceModels).Assembly);

    /// <summary>The ParaRNN network.</summary>
    public static NetworkKind ParaRnnKind { get; } = new NetworkKind<ParaRnnOptions>(
        "ParaRnn", File,
        (options, input, outputs, generator) => new SequenceNetwork(options, options.Bidirectional, input, outputs, generator,
            randomness => ParaRnnCells.Block(options, randomness, generator)));

    /// <summary>The Aaren network.</summary>
    public static NetworkKind AarenKind { get; } = new NetworkKind<AarenOptions>(
        "Aaren", File,
        (options, input, outputs, generator) =>
        {
            var blocks = 0;
            return new SequenceNetwork(options, bidirectional: false, input, outputs, generator,
                randomness => AarenBlock.Create(options, first: blocks++ == 0, randomness, generator));
        });

    /// <summary>The LSSL network.</summary>
    public static NetworkKind LsslKind { get; } = new NetworkKind<LsslOptions>(
        "Lssl", File,
        (options, input, outputs, generator) => new SequenceNetwork(options, options.Bidirectional, input, outputs, generator,
            randomness => new LsslBlock(options, randomness, generator)));

    /// <summary>The single-layer Transformer.</summary>
    public static NetworkKind SingleLayerTransformerKind { get; } = new NetworkKind<SingleLayerTransformerOptions>(
        "SingleLayerTransformer", File,
        (options, input, outputs, generator) => new SequenceNetwork(options, bidirectional: !options.Causal, input, outputs, generator,
            randomness => SingleLayerTransformerBlock.Create(options, randomness, generator)));

    /// <summary>The network of dense recurrent cells.</summary>
    public static NetworkKind RecurrentKind { get; } = new NetworkKind<RecurrentOptions>(
        "Recurrent", File,
        (options, input, outputs, generator) =>
        {
            var blocks = 0;
            return new SequenceNetwork(options, options.Bidirectional, input, outputs, generator,
                randomness => new RecurrentBlock(options, blocks++, randomness, generator));
        });

    /// <summary>The LRCN network.</summary>
    public static NetworkKind LrcnKind { get; } = new NetworkKind<LrcnOptions>(
        "Lrcn", File, (options, input, outputs, head, generator) => new LrcnNetwork(options, input, outputs, head, generator))
    {
        TakesTokens = false,
    };

    /// <summary>The network that describes frames.</summary>
    public static NetworkKind LrcnCaptionKind { get; } = new NetworkKind<LrcnCaptionOptions>(
        "LrcnCaption", File, (options, input, _, head, generator) => new CaptionNetwork(options, input, (SentenceHead)head, generator))
    {
        GivesSentences = true,
        TakesTokens = false,
    };

    private static readonly NetworkKind[] All = [AarenKind, LrcnCaptionKind, LrcnKind, LsslKind, ParaRnnKind, RecurrentKind, SingleLayerTransformerKind];

    /// <summary>Called by ML.NET to load a model.</summary>
    public static NetworkTransformer Create(IHostEnvironment env, ModelLoadContext ctx) => NetworkTransformer.Load(env, ctx, File, All);
}
