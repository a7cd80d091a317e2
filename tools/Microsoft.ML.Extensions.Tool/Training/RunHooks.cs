using System.Reflection;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>What watches a fit: its progress, and what stops it.</summary>
/// <param name="Progress">Receives the progress; null for nobody.</param>
/// <param name="Cancellation">Stops the fit.</param>
internal sealed record RunHooks(IProgress<TrainingProgress>? Progress, CancellationToken Cancellation)
{
    /// <summary>Puts them into options.</summary>
    public void Into(TrainerOptions? options)
    {
        if (options is NetworkTrainerOptions network)
        {
            (network.Training.Progress, network.Training.CancellationToken) = (Progress, Cancellation);
        }
        else if (options?.GetType().GetProperty("CancellationToken", BindingFlags.Public | BindingFlags.Instance) is { } property)
        {
            property.SetValue(options, Cancellation);
        }
    }
}
