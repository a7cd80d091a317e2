using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A trainer of sequence networks, to which a solved base may be added.</summary>
/// <typeparam name="TOptions">The trainer's options.</typeparam>
/// <seealso href="../docs/Training.html">docs/Training.md</seealso>
public abstract class SequenceTrainer<TOptions> : NetworkTrainer<TOptions>
    where TOptions : SequenceTrainerOptions
{
    // Fewer features make a poor base; more are slow for many rows, since the linear system costs the square of the features times the
    // rows.
    private const int LeastFeatures = 1000;
    private const double MostWork = 1e12;

    // Rounding to the 84 kernels gives up to this many times the requested features.
    private const double Rounding = 1.7;

    // Measured by cross-validation: benchmarks -- networkchoices.
    private const double LongestWithoutPatches = 400, PatchesOfARow = 200;
    private const int MostPatch = 1024;

    /// <param name="env">The environment.</param>
    /// <param name="task">The task.</param>
    /// <param name="kind">The kind of network.</param>
    /// <param name="options">The options.</param>
    /// <param name="pooling">The pooling of classes and numbers where the options leave it open.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    private protected SequenceTrainer(
        IHostEnvironment env, TaskKind task, NetworkKind kind, TOptions options, SequencePooling pooling = SequencePooling.MeanMax)
        : base(env, task, kind, options)
    {
        Options.Pooling ??= TaskKind.Common.Contains(task) ? pooling : SequencePooling.Segments;
    }

    private protected override NetworkTransformer Learn(TrainingContext context)
    {
        var options = OptionsCopy.Of(Options);
        options.PatchLength = Patch(context);
        return base.Learn(context with { Description = context.Description with { Options = JsonSerializer.SerializeToElement(options, ModelEntry.Json) } });
    }

    private int Patch(TrainingContext context)
    {
        var (input, asked, steps) = (context.Data.Columns.Input, Options.PatchLength, context.Data.Survey.MeanSteps);
        if (asked > 1 && (input.Kind == InputKind.Tokens || !TaskKind.Common.Contains(context.Data.Columns.Task)))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"PatchLength is {asked}, and ")
                + (input.Kind == InputKind.Tokens ? $"feature column '{input.Name}' is of tokens, which are read one by one; set it to 0 or 1."
                    : $"forecasts have patches of their own; set it to 0 or 1, and {nameof(ForecastOptions)}.{nameof(ForecastOptions.PatchLength)}."));
        }
        if (asked > 0 || input.Kind == InputKind.Tokens || !TaskKind.Common.Contains(context.Data.Columns.Task) || steps <= LongestWithoutPatches
            || ReasonToStayAlone(context) is not null)
        {
            return Math.Max(1, asked);
        }
        var chosen = (int)Math.Min(MostPatch, Math.Round(steps / PatchesOfARow));
        context.Channel.Tell(string.Create(CultureInfo.InvariantCulture,
            $"Rows have {steps:f0} steps on average: the network reads {chosen} of them as one. PatchLength = 1 has it read single steps."));
        return chosen;
    }

    private protected override SolvedBase? SolveBase(TrainingContext context)
    {
        if (Options.Base == SequenceBase.None)
        {
            return null;
        }
        if (Obstacle(context) is { } obstacle)
        {
            return Options.Base is null ? Without(obstacle) : throw new InvalidOperationException(
                $"Base is {nameof(SequenceBase.RandomConvolution)}, and {obstacle}; set Base to null, which chooses, or to {nameof(SequenceBase.None)}.");
        }
        return Options.Base is null && ReasonToStayAlone(context) is { } reason ? Without(reason) : Solve(context);

        SolvedBase? Without(string reason)
        {
            context.Channel.Tell($"The network has no base: {reason}.");
            return null;
        }
    }

    /// <summary>An ability that the network would lose with a base, as a sentence; null for none.</summary>
    private protected virtual string? ReasonToStayAlone(TrainingContext context) =>
        StreamingObstacle(context) is null ? "the network can go step by step, and with a base it cannot" : null;

    private string? Obstacle(TrainingContext context)
    {
        var data = context.Data;
        return !TaskKind.Common.Contains(data.Columns.Task) ? $"the task '{data.Columns.Task.Name}' has none"
            : data.Columns.Input.Kind == InputKind.Tokens ? $"feature column '{data.Columns.Input.Name}' is of tokens"
            : Options.GroupColumnName is not null || data.Columns.Order?.HasPlaces == true
                ? "rows are in groups or are windows of series, which it cannot leave out together"
            : Options.Training.ClassWeights != ClassWeighting.None ? "it does not support class weights"
            : Options.Training.Sparsity is { Density: < 1 } ? "its weights are dense, and Training.Sparsity asks for a sparse model"
            : !data.InMemory ? $"the rows take more than Training.MemoryBudgetMegabytes, {Options.Training.MemoryBudgetMegabytes.ToString(CultureInfo.InvariantCulture)}"
            : Features(data.Labels.Rows, context.Head.Outputs) < LeastFeatures
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{LeastFeatures} features of each row take more than Training.MemoryBudgetMegabytes, {Options.Training.MemoryBudgetMegabytes}")
            : null;
    }

    private int Features(long rows, int outputs)
    {
        var features = new RandomConvolutionOptions().Features;
        features = rows <= features ? features : Math.Min(features, (int)Math.Sqrt(MostWork / rows));
        while (features >= LeastFeatures
            && ConvolutionLearner.Bytes(rows, Rounding * features, outputs) > Options.Training.MemoryBudgetMegabytes * (double)(1L << 20))
        {
            features /= 2;
        }
        return features;
    }

    private SolvedBase Solve(TrainingContext context)
    {
        var (data, outputs) = (context.Data, context.Head.Outputs);
        var options = new RandomConvolutionOptions
        {
            Features = Features(data.Labels.Rows, outputs),
            MemoryLimitMegabytes = Options.Training.MemoryBudgetMegabytes,
            Seed = context.Seed,
        };
        var rows = ConvolutionRows.Of(context);
        var network = new RandomConvolutionNetwork();
        try
        {
            using var scope = NewDisposeScope();
            var solution = new ConvolutionLearner(options, rows).Learn();
            network.Take(solution);
            foreach (var value in network.state_dict().Values)
            {
                value.DetachFromDisposeScope();
            }
            solution.Link?.Apply(solution.LeftOut, outputs);
            return new SolvedBase(
                RandomConvolutionTrainer.Network, JsonSerializer.SerializeToElement(options, ModelEntry.Json), network, rows.Places,
                    [.. solution.LeftOut.Select(value => (float)value)]);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
