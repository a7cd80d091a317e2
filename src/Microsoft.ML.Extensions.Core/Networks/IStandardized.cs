using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network that standardises what it reads.</summary>
internal interface IStandardized
{
    /// <summary>Called once before training, with what the first epoch over the data told of its channels.</summary>
    void Standardize(ChannelStatistics statistics);

    /// <summary>Tells a network, if it wants to know.</summary>
    static void Standardize(Network? network, ChannelStatistics statistics) => (network as IStandardized)?.Standardize(statistics);
}
