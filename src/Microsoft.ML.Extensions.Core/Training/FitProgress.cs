namespace Microsoft.ML.Extensions.Training;

/// <summary>Counts the epochs of all networks of a fit, which may be trained side by side, and lets one report at a time.</summary>
/// <param name="networks">The number of networks.</param>
internal sealed class FitProgress(int networks)
{
    private readonly object _gate = new();
    private readonly int[] _epochs = new int[networks];

    /// <summary>Notes an epoch and reports it.</summary>
    /// <param name="network">The network's number, from 0.</param>
    /// <param name="epochs">Its completed epochs.</param>
    /// <param name="all">The epochs that each network has if it does not stop early.</param>
    /// <param name="report">Gets the completed epochs of all networks, and their number without an early stop.</param>
    public void Report(int network, int epochs, int all, Action<int, int> report)
    {
        lock (_gate)
        {
            _epochs[network] = epochs;
            report(_epochs.Sum(), networks * all);
        }
    }

    /// <summary>Notes that a network has no further epochs.</summary>
    /// <param name="network">The network's number, from 0.</param>
    /// <param name="all">The epochs that it would have had without an early stop.</param>
    public void End(int network, int all) => Report(network, all, all, (_, _) => { });
}
