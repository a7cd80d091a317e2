namespace Microsoft.ML.Extensions;

/// <summary>Where a network is trained and scored.</summary>
public enum ComputeDevice
{
    /// <summary>
    /// The GPU of <see cref="MLContext.GpuDeviceId"/> if set, otherwise the CPU. <see cref="MLContext.FallbackToCpu"/> decides whether the
    /// CPU replaces a missing GPU.
    /// </summary>
    FromContext,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The GPU of <see cref="MLContext.GpuDeviceId"/>, or the first.</summary>
    Cuda,
}
