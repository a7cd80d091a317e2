using System.Reflection;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A trainer for one task, with all that the suite needs to know of it.</summary>
public abstract class TrainerCase(string name, ToyTask task, ToyInput[] inputs, double tolerance)
{
    public string Name => name;

    public ToyTask Task => task;

    /// <summary>The kinds of input it takes.</summary>
    public IReadOnlyList<ToyInput> Inputs => inputs;

    /// <summary>The input that serves where one is enough.</summary>
    public ToyInput Input => inputs[0];

    /// <summary>Whether rows must all have the same length.</summary>
    public bool TakesOneLengthOnly => inputs.All(input => input.Steps > 0);

    /// <summary>How far a row's scores may change with its neighbours and its padding.</summary>
    public double Tolerance => tolerance;

    public abstract Type TrainerType { get; }

    /// <summary>The options as a user gets them.</summary>
    public abstract TrainerOptions Defaults();

    /// <summary>Whether it learns epoch by epoch, and does not solve for the model.</summary>
    public bool LearnsInEpochs => Defaults() is NetworkTrainerOptions;

    public abstract ITrainerEstimator<NetworkTransformer, NetworkModel> Create(MLContext ml, TrainerOptions? options);

    /// <summary>As the catalog's short overload makes it, whose other options are at their defaults.</summary>
    public abstract ITrainerEstimator<NetworkTransformer, NetworkModel> CreateAsShort(MLContext ml, TrainerOptions options);

    /// <summary>Fits with validation data, which trainers that learn in epochs take.</summary>
    public NetworkTransformer Fit(MLContext ml, NetworkTrainerOptions options, IDataView train, IDataView validation) =>
        (NetworkTransformer)TrainerType.GetMethod("Fit", [typeof(IDataView), typeof(IDataView)])!
            .Invoke(Create(ml, options), BindingFlags.DoNotWrapExceptions, null, [train, validation], null)!;

    /// <summary>Options of a tiny network that takes three short epochs, if it takes any.</summary>
    public TrainerOptions Tiny(Action<TrainerOptions>? change = null)
    {
        var options = Defaults();
        Shrink(options);
        if (options is NetworkTrainerOptions network)
        {
            (network.EnsembleSize, network.Training.Epochs) = (1, 3);
        }
        change?.Invoke(options);
        Complete(options);
        return options;
    }

    /// <summary>The same with a change that has no effect on trainers without epochs.</summary>
    public TrainerOptions Tiny(Action<NetworkTrainerOptions> change) => Tiny(InEpochs(change));

    /// <summary>Options of a tiny network with enough epochs to learn the toy problem.</summary>
    public TrainerOptions Learning(Action<TrainerOptions>? change = null) => Tiny((TrainerOptions options) =>
    {
        InEpochs(network => (network.Training.Epochs, network.Training.BatchSize, network.Training.LearningRate) = (30, 16, 0.02))(options);
        change?.Invoke(options);
    });

    /// <inheritdoc cref="Tiny(Action{NetworkTrainerOptions})"/>
    public TrainerOptions Learning(Action<NetworkTrainerOptions> change) => Learning(InEpochs(change));

    public NetworkTransformer Fit(MLContext ml, IDataView data, Action<TrainerOptions>? change = null) =>
        Create(ml, Tiny(change)).Fit(data);

    /// <inheritdoc cref="Tiny(Action{NetworkTrainerOptions})"/>
    public NetworkTransformer Fit(MLContext ml, IDataView data, Action<NetworkTrainerOptions> change) => Fit(ml, data, InEpochs(change));

    /// <summary>Toy rows with <c>Label</c> and <c>Features</c> as the trainer wants them.</summary>
    public IDataView Load(MLContext ml, IReadOnlyList<ToyRow> rows, ToyInput? input = null)
    {
        var raw = (input ?? Input).Load(ml, rows);
        return Columns(ml, input ?? Input).Fit(raw).Transform(raw);
    }

    public IDataView Load(MLContext ml, int rows, int seed = 1, ToyInput? input = null) =>
        Load(ml, (input ?? Input).Rows(rows, seed), input);

    /// <summary>The ordinary pipeline: columns, trainer, and the label's own values back.</summary>
    public IEstimator<ITransformer> Pipeline(MLContext ml, TrainerOptions? options = null, ToyInput? input = null) =>
        task.Finish(ml, Columns(ml, input ?? Input).Append(Create(ml, options ?? Tiny())));

    public override string ToString() => name;

    /// <summary>Whether some options create a network that can run step by step.</summary>
    public abstract bool CanStream { get; }

    /// <summary>Whether the state of such a network grows with every step.</summary>
    public abstract bool StateGrows { get; }

    /// <summary>Makes the network causal.</summary>
    public abstract void MakeCausal(TrainerOptions options);

    protected abstract void Shrink(TrainerOptions options);

    /// <summary>Sets what one option's value requires of another option.</summary>
    protected abstract void Complete(TrainerOptions options);

    private static Action<TrainerOptions> InEpochs(Action<NetworkTrainerOptions> change) => options =>
    {
        if (options is NetworkTrainerOptions network)
        {
            change(network);
        }
    };

    private IEstimator<ITransformer> Columns(MLContext ml, ToyInput input) => input.Prepare(ml) is { } prepare
        ? task.Label(ml).Append(prepare) : task.Label(ml);
}
