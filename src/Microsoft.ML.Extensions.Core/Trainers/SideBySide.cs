using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using TorchSharp;

namespace Microsoft.ML.Extensions;

/// <summary>How many networks of an ensemble are trained at once, and with how many threads each.</summary>
/// <remarks>
/// Networks are independent, so two of them use two cores without waiting for each other; the operations of one small network are too short for that,
/// and libtorch's waiting threads spin. Measured by <c>benchmarks -- fits</c>.
/// </remarks>
/// <param name="Networks">The networks at once; 1 where they are trained one after the other.</param>
/// <param name="Threads">The threads of each; 0 for those of the process.</param>
internal readonly record struct SideBySide(int Networks, int Threads)
{
    // The weights of networks at once, with their gradients and moments, may take this much.
    private const long MostBytes = 1L << 28;
    private const int Copies = 4;

    // Below so many multiplications of a batch a single network trains on one thread: a second one costs more than it saves.
    private const double SmallProducts = 1 << 27;

    /// <param name="context">The training context.</param>
    /// <param name="plan">The settings for this data.</param>
    /// <param name="options">The options.</param>
    /// <param name="first">A network of the ensemble.</param>
    public static SideBySide Of(TrainingContext context, TrainingPlan plan, TrainingOptions options, Network first)
    {
        var threads = Math.Min(context.Threads, Environment.ProcessorCount);
        var networks = Math.Min(plan.EnsembleSize, threads);
        if (context.Device.type != DeviceType.CPU || !ThreadCount.CanBeOne)
        {
            return new SideBySide(1, 0);
        }
        return networks > 1 && context.Data.InMemory && context.Validation?.InMemory != false
            && options.Guidance is null && options.Distillation is null && Fits()
            ? new SideBySide(networks, threads / networks) : new SideBySide(1, IsSmall() ? 1 : 0);

        bool Fits()
        {
            var weights = (double)Copies * sizeof(float) * first.parameters().Sum(parameter => parameter.numel());
            var batch = (double)plan.BatchSize * IRowMemory.BytesOf(first, context.Data.Survey.Longest);
            return networks * weights <= MostBytes && networks * batch <= BatchParts.Bytes(options);
        }

        bool IsSmall() => first is IMatrixWork network && (double)plan.BatchSize * network.Products(context.Data.Survey.Longest) < SmallProducts;
    }

    /// <summary>Applies the number of threads to this thread, until the result is disposed on it.</summary>
    public ThreadCount.Scope Hold() => Threads == 0 ? default : ThreadCount.Hold(Threads);
}
