using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The memory that training takes for each weight of a network.</summary>
internal static class WeightCopies
{
    /// <summary>
    /// On the CPU: the weights of the whole ensemble, and for the network in training a gradient, two moments and the copies of techniques.
    /// </summary>
    public static int Of(TrainingOptions options, int members, bool validates, Device device) =>
        device.type == DeviceType.CPU ? members + 3 + Techniques.Copies(options, validates) : members;
}
