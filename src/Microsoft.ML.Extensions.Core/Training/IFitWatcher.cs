namespace Microsoft.ML.Extensions.Training;

/// <summary>Follows a fit; called by one thread at a time, and disposed with the fit.</summary>
internal interface IFitWatcher : IDisposable
{
    /// <summary>An epoch is complete.</summary>
    void Epoch(TrainingProgress progress);

    /// <summary>A batch is complete.</summary>
    /// <param name="epochs">The epochs of all networks so far, with the part of those that are running.</param>
    /// <param name="all">The epochs of all networks if none stops early.</param>
    void Batch(double epochs, int all)
    {
    }
}
