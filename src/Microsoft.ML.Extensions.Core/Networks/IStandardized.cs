using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network that standardises what it reads.</summary>
internal interface IStandardized
{
    /// <summary>Called once before training, with the statistics of the training rows.</summary>
    void Standardize(ChannelStatistics statistics);

    /// <summary>Standardizes a network if it implements this interface.</summary>
    static void Standardize(Network? network, ChannelStatistics statistics) => (network as IStandardized)?.Standardize(statistics);
}
