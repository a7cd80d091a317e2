namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Keeps what training reports, and does something at each report.</summary>
internal sealed class ProgressList(Action<TrainingProgress>? then = null) : IProgress<TrainingProgress>
{
    private readonly List<TrainingProgress> _passes = [];

    public IReadOnlyList<TrainingProgress> Passes => _passes;

    public void Report(TrainingProgress value)
    {
        _passes.Add(value);
        then?.Invoke(value);
    }
}
