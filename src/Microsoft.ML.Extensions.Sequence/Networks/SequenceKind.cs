using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Creates the network kinds of this package.</summary>
internal static class SequenceKind
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string LoaderName = "MLExtSequenceNetwork";

    /// <summary>The model files of the package.</summary>
    public static ModelKind File { get; } = new("SEQNETWK", LoaderName, typeof(SequenceKind).Assembly);

    /// <summary>The kind of a <see cref="SequenceNetwork"/> of certain blocks.</summary>
    /// <param name="name">Frozen: it is in every model file.</param>
    /// <param name="bidirectional">Whether the blocks are bidirectional.</param>
    /// <param name="block">Creates a block from its index, the source of its dropout and the source of its initial weights.</param>
    /// <param name="trainer">Creates a trainer from its environment, task and options.</param>
    /// <param name="managed">Creates a trained block as C# kernels from its index and its weights; null where only libtorch scores it.</param>
    /// <param name="removal">Removes channels of trained networks, where that is possible.</param>
    public static NetworkKind Of<TOptions>(
        string name, Func<TOptions, bool> bidirectional, Func<TOptions, int, RandomSource, Generator, SequenceBlock> block,
        Func<IHostEnvironment, TaskKind, TOptions, ITrainerEstimator<NetworkTransformer, NetworkModel>> trainer,
        Func<TOptions, int, ManagedParts, ManagedBlock>? managed = null, NeuronRemoval? removal = null)
        where TOptions : SequenceTrainerOptions =>
        new NetworkKind<TOptions>(name, File, (options, input, outputs, generator) => new SequenceNetwork(
            options, bidirectional(options), input, outputs, generator, (index, randomness) =>
                block(options, index, randomness, generator)))
        {
            CreateTrainer = trainer,
            Managed = managed is null ? null : (options, input, outputs, _, parts) => new ManagedSequenceNetwork(
                options, bidirectional(options), input, outputs, (index, own) => managed(options, index, own), parts),
            RemoveNeurons = removal,
        };
}
