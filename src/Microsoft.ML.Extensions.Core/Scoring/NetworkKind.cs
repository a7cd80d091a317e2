using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>A kind of network, made from options: an entry of the table by which a package loads its models.</summary>
internal abstract class NetworkKind(string name, ModelKind file)
{
    /// <summary>The name in model files: frozen once released.</summary>
    public string Name => name;

    /// <summary>The entry by which ML.NET finds the package's loader.</summary>
    public ModelKind File => file;

    /// <summary>Creates an untrained network that belongs to no dispose scope.</summary>
    public abstract Network Create(JsonElement options, InputColumn input, int outputs, TaskHead head, Generator generator);

    /// <summary>Whether its trained networks score as C# kernels.</summary>
    public abstract bool IsManaged { get; }

    /// <summary>Creates a trained network as C# kernels.</summary>
    /// <param name="options">The trainer's options.</param>
    /// <param name="input">What the network reads.</param>
    /// <param name="outputs">The outputs per row.</param>
    /// <param name="head">The task.</param>
    /// <param name="parts">The weights.</param>
    /// <exception cref="NotSupportedException">Only a network of libtorch can score with these options.</exception>
    public abstract ManagedNetwork CreateManaged(JsonElement options, InputColumn input, int outputs, IRowHead head, ManagedParts parts);

    /// <summary>The options of a model's file, which the caller may change.</summary>
    public abstract object Read(JsonElement options);

    /// <summary>A trainer of such networks; null where options and a task are not enough to create one.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="task">The task.</param>
    /// <param name="options">What <see cref="Read"/> gave.</param>
    public abstract ITrainerEstimator<NetworkTransformer, NetworkModel>? Trainer(IHostEnvironment env, TaskKind task, object options);

    /// <summary>Checks options from a file as a trainer checks its own.</summary>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="JsonException">The JSON is not of this kind's options.</exception>
    public abstract void Check(JsonElement options);

    /// <summary>The one task that this network alone serves; null where it serves all other tasks.</summary>
    public TaskKind? OnlyTask { get; init; }

    /// <summary>Removes neurons of a trained network; null where that cannot be done exactly.</summary>
    public NeuronRemoval? RemoveNeurons { get; init; }

    /// <summary>Whether it is solved, so that other networks can correct it.</summary>
    public bool IsBase { get; init; }

    /// <summary>Creates the model's input where it is not a single column; null where it is.</summary>
    public Func<ModelDescription, IModelInput>? Input { get; init; }

    /// <summary>The model's input.</summary>
    public IModelInput InputOf(ModelDescription description) =>
        Input?.Invoke(description) ?? new ColumnInput(description.Input, description.Missing);

    /// <summary>Whether it reads keys as tokens.</summary>
    public bool TakesTokens { get; init; } = true;

    /// <summary>Whether rows may differ in length.</summary>
    public bool TakesUnequalRows { get; init; } = true;
}

/// <inheritdoc/>
internal sealed class NetworkKind<TOptions>(string name, ModelKind file, HeadNetworkFactory<TOptions> create) : NetworkKind(name, file)
    where TOptions : class
{
    public NetworkKind(string name, ModelKind file, NetworkFactory<TOptions> create)
        : this(name, file, (options, input, outputs, _, generator) => create(options, input, outputs, generator))
    {
    }

    /// <summary>Creates the trainer from its environment, task and options; null where there is more to it.</summary>
    public Func<IHostEnvironment, TaskKind, TOptions, ITrainerEstimator<NetworkTransformer, NetworkModel>>? CreateTrainer { get; init; }

    /// <summary>Creates a trained network as C# kernels; null where only libtorch can score.</summary>
    public ManagedFactory<TOptions>? Managed { get; init; }

    public override bool IsManaged => Managed is not null;

    public override ManagedNetwork CreateManaged(JsonElement options, InputColumn input, int outputs, IRowHead head, ManagedParts parts) =>
        Managed!((TOptions)Read(options), input, outputs, head, parts);

    public override object Read(JsonElement options) =>
        options.Deserialize<TOptions>(ModelEntry.Json) ?? throw new FormatException($"The options of the {Name} network are null.");

    public override ITrainerEstimator<NetworkTransformer, NetworkModel>? Trainer(IHostEnvironment env, TaskKind task, object options) =>
        CreateTrainer?.Invoke(env, task, (TOptions)options);

    public override void Check(JsonElement options) => OptionsValidation.Validate(Read(options));

    public override Network Create(JsonElement options, InputColumn input, int outputs, TaskHead head, Generator generator) =>
        Network.Unscoped(() => create(options.Deserialize<TOptions>(ModelEntry.Json)!, input, outputs, head, generator));
}

/// <summary>Makes an untrained network.</summary>
/// <param name="options">The trainer's options.</param>
/// <param name="input">What the network reads.</param>
/// <param name="outputs">The outputs per row.</param>
/// <param name="generator">The source of the first weights.</param>
internal delegate Network NetworkFactory<TOptions>(TOptions options, InputColumn input, int outputs, Generator generator);

/// <summary>Makes a trained network as C# kernels.</summary>
/// <param name="options">The trainer's options.</param>
/// <param name="input">What the network reads.</param>
/// <param name="outputs">The outputs per row.</param>
/// <param name="head">The task.</param>
/// <param name="parts">The weights.</param>
internal delegate ManagedNetwork ManagedFactory<TOptions>(TOptions options, InputColumn input, int outputs, IRowHead head, ManagedParts parts);

/// <summary>Makes an untrained network that depends on the task.</summary>
/// <param name="options">The trainer's options.</param>
/// <param name="input">What the network reads.</param>
/// <param name="outputs">The outputs per row.</param>
/// <param name="head">The task.</param>
/// <param name="generator">The source of the first weights.</param>
internal delegate Network HeadNetworkFactory<TOptions>(
    TOptions options, InputColumn input, int outputs, TaskHead head, Generator generator);

/// <summary>Removes the least of the neurons of a trained network.</summary>
/// <param name="network">The network, which stays as it is.</param>
/// <param name="options">The options that created it.</param>
/// <param name="density">The part of the neurons of each hidden layer that stays; one at least.</param>
/// <returns>The options that create the smaller network, and its state by the same names.</returns>
/// <exception cref="InvalidOperationException">It cannot be done exactly; the message says why.</exception>
internal delegate (JsonElement Options, IReadOnlyDictionary<string, Tensor> State) NeuronRemoval(Network network, JsonElement options, double density);
