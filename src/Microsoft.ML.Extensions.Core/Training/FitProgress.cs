using System.Diagnostics;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Counts the epochs of all networks of a fit, which may be trained side by side, and lets one report at a time.</summary>
/// <param name="kind">The kind of the networks.</param>
/// <param name="networks">The number of networks.</param>
/// <param name="watchers">What follows the fit; owned.</param>
internal sealed class FitProgress(string kind, int networks, IReadOnlyList<IFitWatcher> watchers) : IDisposable
{
    private readonly object _gate = new();
    private readonly int[] _epochs = new int[networks];
    private readonly double[] _parts = new double[networks];
    private readonly List<TrainingProgress> _history = [];
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>The progress of a fit, with the watchers that its options ask for.</summary>
    /// <param name="kind">The kind of the networks.</param>
    /// <param name="networks">The number of networks.</param>
    /// <param name="options">The options.</param>
    /// <param name="warn">Receives what the watchers cannot do.</param>
    /// <exception cref="IOException">The folder for TensorBoard cannot be written to.</exception>
    public static FitProgress Start(string kind, int networks, TrainingOptions options, Action<string> warn)
    {
        var watchers = new List<IFitWatcher>();
        if (TensorBoardFiles.For(options, kind, networks, warn) is { } files)
        {
            watchers.Add(files);
        }
        if (TerminalBar.For(options, kind) is { } bar)
        {
            watchers.Add(bar);
        }
        return new FitProgress(kind, networks, watchers);
    }

    /// <summary>The reports of all epochs so far.</summary>
    public IReadOnlyList<TrainingProgress> History => _history;

    /// <summary>Notes epochs that were completed before this run, and reports them.</summary>
    /// <param name="network">The network's number, from 0.</param>
    /// <param name="epochs">Its completed epochs.</param>
    /// <param name="all">The epochs that each network has if it does not stop early.</param>
    /// <param name="report">Gets the completed epochs of all networks, and their number without an early stop.</param>
    public void Report(int network, int epochs, int all, Action<int, int> report)
    {
        lock (_gate)
        {
            Set(network, epochs);
            report(_epochs.Sum(), networks * all);
        }
    }

    /// <summary>Notes an epoch and reports it to everybody who follows the fit.</summary>
    /// <param name="network">The network's number, from 0.</param>
    /// <param name="epochs">Its completed epochs.</param>
    /// <param name="all">The epochs that each network has if it does not stop early.</param>
    /// <param name="rows">The rows that it was trained on in this epoch.</param>
    /// <param name="time">The time of the epoch.</param>
    /// <param name="result">What the epoch gave; the numbers of epochs and the time left are filled in.</param>
    /// <param name="report">Gets the report last.</param>
    public void Epoch(int network, int epochs, int all, long rows, TimeSpan time, TrainingProgress result, Action<TrainingProgress> report)
    {
        lock (_gate)
        {
            Set(network, epochs);
            var (done, most) = (_epochs.Sum(), networks * all);
            // An early stop and a checkpoint skip epochs, which say nothing of the time that one takes.
            var perEpoch = Stopwatch.GetElapsedTime(_start) / (_history.Count + 1);
            var progress = result with
            {
                Epoch = done,
                Epochs = most,
                Network = network + 1,
                NetworkEpoch = epochs,
                TimeLeft = perEpoch * Math.Max(0, most - done),
            };
            _history.Add(progress);
            FitTelemetry.Epoch(kind, rows, time.TotalSeconds, progress);
            foreach (var watcher in watchers)
            {
                watcher.Epoch(progress);
            }
            report(progress);
        }
    }

    /// <summary>Notes a batch.</summary>
    /// <param name="network">The network's number, from 0.</param>
    /// <param name="part">The part of the running epoch that is complete.</param>
    /// <param name="all">The epochs that each network has if it does not stop early.</param>
    public void Batch(int network, double part, int all)
    {
        if (watchers.Count == 0)
        {
            return;
        }
        lock (_gate)
        {
            _parts[network] = part;
            foreach (var watcher in watchers)
            {
                watcher.Batch(_epochs.Sum() + _parts.Sum(), networks * all);
            }
        }
    }

    /// <summary>Notes that a network has no further epochs.</summary>
    /// <param name="network">The network's number, from 0.</param>
    /// <param name="all">The epochs that it would have had without an early stop.</param>
    public void End(int network, int all) => Report(network, all, all, (_, _) => { });

    public void Dispose()
    {
        foreach (var watcher in watchers)
        {
            watcher.Dispose();
        }
    }

    private void Set(int network, int epochs) => (_epochs[network], _parts[network]) = (epochs, 0);
}
