using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Creates the network kinds of this package.</summary>
internal static class KernelKind
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string LoaderName = "MLExtKernelNetwork";

    /// <summary>The model files of the package.</summary>
    public static ModelKind File { get; } = new("KERNLNET", LoaderName, typeof(KernelKind).Assembly);

    /// <summary>The kind of a network over vectors of one length.</summary>
    /// <param name="name">Frozen: it is in every model file.</param>
    /// <param name="create">
    /// Creates the network from options, input column, number of outputs and the source of the initial weights.
    /// </param>
    /// <param name="trainer">Creates a trainer from its environment, task and options; null where its networks have only one size.</param>
    /// <param name="managed">Creates a trained network as C# kernels; null where only libtorch scores it.</param>
    /// <param name="removal">Removes neurons of trained networks, where that is possible.</param>
    public static NetworkKind Of<TOptions>(
        string name, NetworkFactory<TOptions> create,
        Func<IHostEnvironment, TaskKind, TOptions, ITrainerEstimator<NetworkTransformer, NetworkModel>>? trainer = null,
        ManagedFactory<TOptions>? managed = null, NeuronRemoval? removal = null)
        where TOptions : TrainerOptions => new NetworkKind<TOptions>(name, File, create)
        {
            CreateTrainer = trainer,
            Managed = managed,
            TakesTokens = false,
            TakesUnequalRows = false,
            RemoveNeurons = removal,
        };
}
