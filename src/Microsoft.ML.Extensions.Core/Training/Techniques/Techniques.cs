using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The techniques of a run, called as one, and the table of all techniques, the only place that names them.</summary>
internal sealed class Techniques : IDisposable
{
    // The hooks are called in this order. What an epoch learns from is chosen first. A replaced loss comes before additions to it, masked
    // gradients before the norm by which they are clipped, clipping before noise on clipped gradients, what measures the task's loss before
    // guidance adds to it, and the best weights are restored before they are compared with those of the start.
    private static readonly Entry[] s_table =
    [
        Entry.Of<Mining>(),
        Entry.Of<LabelSmoothing>(),
        Entry.Of<BalancedClasses>(),
        Entry.Of<Distillation>(),
        Entry.Of<RateSchedule>(),
        Entry.Of<Sparsity>(),
        Entry.Of<Retraining>(),
        Entry.Of<GradientClipping>(),
        Entry.Of<GradientNoise>(),
        Entry.Of<Guidance>(),
        Entry.Of<WeightConstraint>(),
        Entry.Of<EarlyStopping>(),
        Entry.Of<SolvedStart>(),
    ];

    private readonly List<(string Name, TrainingTechnique Technique)> _active = [];

    /// <exception cref="InvalidOperationException">A technique that the options request is excluded in this run.</exception>
    public Techniques(TechniqueContext context)
    {
        try
        {
            foreach (var entry in s_table)
            {
                if (entry.For(context) is { } technique)
                {
                    _active.Add((entry.Name, technique));
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="TrainingTechnique.JudgesStart"/>
    public bool JudgeStart => All.Any(technique => technique.JudgesStart);

    /// <inheritdoc cref="TrainingTechnique.Course"/>
    public SparseCourse? Course => All.Select(technique => technique.Course).FirstOrDefault(course => course is not null);

    private IEnumerable<TrainingTechnique> All => _active.Select(pair => pair.Technique);

    /// <inheritdoc cref="ITechnique.Copies"/>
    public static int Copies(TrainingOptions options, bool validates) => s_table.Sum(entry => entry.Copies(options, validates));

    /// <inheritdoc cref="ITechnique.Bytes"/>
    public static long Bytes(TrainingOptions options) => s_table.Sum(entry => entry.Bytes(options));

    /// <inheritdoc cref="TrainingTechnique.Objective"/>
    public Tensor Objective(InputBatch rows, long step, Func<Tensor> loss) =>
        All.Aggregate(loss, (current, technique) => () => technique.Objective(rows, step, current))();

    /// <inheritdoc cref="ITechnique.SettledAt"/>
    public static int SettledAt(TechniqueContext context) => s_table.Max(entry => entry.SettledAt(context));

    /// <inheritdoc cref="TrainingTechnique.Loss"/>
    public OutputLoss Loss(OutputLoss loss) => All.Aggregate(loss, (current, technique) => technique.Loss(current));

    /// <inheritdoc cref="TrainingTechnique.Weights"/>
    public Tensor Weights(Tensor weights, Tensor labels) =>
        All.Aggregate(weights, (current, technique) => technique.Weights(current, labels));

    /// <summary>The learning rate of a step, from the largest one.</summary>
    public double Rate(double largest, long step) => All.Aggregate(largest, (rate, technique) => rate * technique.RateFactor(step));

    /// <inheritdoc cref="TrainingTechnique.BeforeEpoch"/>
    public void BeforeEpoch(int epoch) => _active.ForEach(pair => pair.Technique.BeforeEpoch(epoch));

    /// <inheritdoc cref="TrainingTechnique.BeforeStep"/>
    public void BeforeStep(long step) => _active.ForEach(pair => pair.Technique.BeforeStep(step));

    /// <inheritdoc cref="TrainingTechnique.AfterStep"/>
    public void AfterStep(Optimizer optimizer) => _active.ForEach(pair => pair.Technique.AfterStep(optimizer));

    /// <inheritdoc cref="TrainingTechnique.AfterEpoch"/>
    public void AfterEpoch(EpochResult result) => _active.ForEach(pair => pair.Technique.AfterEpoch(result));

    /// <inheritdoc cref="TrainingTechnique.Stops"/>
    public bool Stop(int epochs) => All.Any(technique => technique.Stops(epochs));

    /// <inheritdoc cref="TrainingTechnique.AfterRun"/>
    public void AfterRun(Func<IReadOnlyList<float>> validationLosses) =>
        _active.ForEach(pair => pair.Technique.AfterRun(validationLosses));

    /// <inheritdoc cref="TrainingTechnique.GoesBackTo"/>
    public int? GoesBackTo()
    {
        if (All.Select(technique => technique.GoesBackTo()).FirstOrDefault(epoch => epoch is not null) is not { } first)
        {
            return null;
        }
        _active.ForEach(pair => pair.Technique.AfterGoingBack(first));
        return first;
    }

    /// <inheritdoc cref="TrainingTechnique.MoreEpochs"/>
    public (int Done, int All) MoreEpochs => (All.Sum(technique => technique.MoreEpochs.Done), All.Sum(technique => technique.MoreEpochs.All));

    /// <summary>The states of all techniques; each name is prefixed with that of its technique.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() => _active
        .SelectMany(pair => pair.Technique.State().Select(part => (StateName(pair.Name, part.Name), part.Value)));

    /// <inheritdoc cref="TrainingTechnique.Restore"/>
    public void Restore(Func<string, Tensor> state, int epochs) =>
        _active.ForEach(pair => pair.Technique.Restore(name => state(StateName(pair.Name, name)), epochs));

    public void Dispose() => _active.ForEach(pair => pair.Technique.Dispose());

    private static string StateName(string technique, string part) => $"{technique}/{part}";

    private sealed record Entry(
        string Name, Func<TechniqueContext, TrainingTechnique?> For, Func<TrainingOptions, bool, int> Copies,
        Func<TrainingOptions, long> Bytes, Func<TechniqueContext, int> SettledAt)
    {
        public static Entry Of<TTechnique>()
            where TTechnique : TrainingTechnique, ITechnique =>
            new(typeof(TTechnique).Name, TTechnique.For, TTechnique.Copies, TTechnique.Bytes, TTechnique.SettledAt);
    }
}
