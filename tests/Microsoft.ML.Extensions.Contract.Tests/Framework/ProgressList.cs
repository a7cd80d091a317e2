namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Keeps what training reports, and does something at each report.</summary>
internal sealed class ProgressList(Action<TrainingProgress>? then = null) : IProgress<TrainingProgress>
{
    private readonly List<TrainingProgress> _epochs = [];

    public IReadOnlyList<TrainingProgress> Epochs => _epochs;

    public void Report(TrainingProgress value)
    {
        _epochs.Add(value);
        then?.Invoke(value);
    }
}
