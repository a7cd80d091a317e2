using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>One trainer over all the tasks that its catalog offers.</summary>
internal abstract class TrainerFamily
{
    public abstract IReadOnlyList<TrainerCase> Cases { get; }
}

/// <summary>A trainer and how to make it.</summary>
/// <param name="name">Its name in the catalogs.</param>
/// <param name="shrink">Makes its network tiny, so that a fit takes milliseconds.</param>
/// <param name="inputs">The kinds of input it takes; the first serves where one is enough.</param>
/// <param name="causal">Makes the network causal, so that it can run step by step; null if it never can.</param>
/// <param name="complete">Sets what one option's value requires of another option; null if all values are independent.</param>
/// <param name="tolerance">How far a row's scores may change with its neighbours and its padding.</param>
/// <param name="stateGrows">Whether the state of a stream grows with every step.</param>
internal sealed class TrainerFamily<TOptions>(
    string name, Action<TOptions> shrink, ToyInput[] inputs, Action<TOptions>? causal = null, Action<TOptions>? complete = null,
    double tolerance = 1e-5, bool stateGrows = false) : TrainerFamily
    where TOptions : TrainerOptions, new()
{
    private readonly List<TrainerCase> _cases = [];

    public override IReadOnlyList<TrainerCase> Cases => _cases;

    public TrainerFamily<TOptions> Multiclass(
        Func<MulticlassClassificationCatalog.MulticlassClassificationTrainers, TOptions, Trainer<TOptions>> create) =>
        Add(MulticlassToy.Instance, (ml, options) => create(ml.MulticlassClassification.Trainers, options));

    public TrainerFamily<TOptions> Binary(
        Func<BinaryClassificationCatalog.BinaryClassificationTrainers, TOptions, Trainer<TOptions>> create) =>
        Add(BinaryToy.Instance, (ml, options) => create(ml.BinaryClassification.Trainers, options));

    public TrainerFamily<TOptions> Regression(Func<RegressionCatalog.RegressionTrainers, TOptions, Trainer<TOptions>> create) =>
        Add(RegressionToy.Instance, (ml, options) => create(ml.Regression.Trainers, options));

    /// <summary>Forecasts; of numbers only, and of whole windows.</summary>
    public TrainerFamily<TOptions> Forecasting(Func<ForecastingCatalog.Forecasters, TOptions, ForecastOptions?, Trainer<TOptions>> create)
    {
        _cases.Add(new Case(
            $"{name}, {ForecastToy.Instance.Name}", ForecastToy.Instance, [.. inputs.Where(input => !input.IsTokens)], tolerance,
                stateGrows, shrink, null, complete,
            (ml, options) => create(ml.Forecasting.Trainers, options, ForecastToy.Options), (ml, options) => create(ml.Forecasting.Trainers, options, null)));
        return this;
    }

    private TrainerFamily<TOptions> Add(ToyTask task, Func<MLContext, TOptions, Trainer<TOptions>> create)
    {
        _cases.Add(new Case($"{name}, {task.Name}", task, inputs, tolerance, stateGrows, shrink, causal, complete, create, create));
        return this;
    }

    private sealed class Case(
        string name, ToyTask task, ToyInput[] inputs, double tolerance, bool stateGrows, Action<TOptions> shrink, Action<TOptions>? causal,
        Action<TOptions>? complete, Func<MLContext, TOptions, Trainer<TOptions>> create,
        Func<MLContext, TOptions, Trainer<TOptions>> createShort) : TrainerCase(name, task, inputs, tolerance)
    {
        public override Type TrainerType { get; } = create(new MLContext(0), new TOptions()).GetType();

        public override TrainerOptions Defaults() => new TOptions();

        public override ITrainerEstimator<NetworkTransformer, NetworkModel> Create(MLContext ml, TrainerOptions? options) =>
            create(ml, (TOptions)options!);

        public override ITrainerEstimator<NetworkTransformer, NetworkModel> CreateAsShort(MLContext ml, TrainerOptions options) =>
            createShort(ml, (TOptions)options);

        public override bool CanStream => causal is not null;

        public override bool StateGrows => stateGrows;

        public override void MakeCausal(TrainerOptions options) => causal!((TOptions)options);

        protected override void Complete(TrainerOptions options) => complete?.Invoke((TOptions)options);

        // A base alone solves the toy problems, and the suite would not test the network.
        protected override void Shrink(TrainerOptions options)
        {
            if (options is SequenceTrainerOptions sequence)
            {
                sequence.Base = SequenceBase.None;
            }
            shrink((TOptions)options);
        }
    }
}
