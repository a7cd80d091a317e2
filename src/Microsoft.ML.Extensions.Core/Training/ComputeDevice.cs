namespace Microsoft.ML.Extensions;

/// <summary>Where a network is trained and scored.</summary>
public enum ComputeDevice
{
    /// <summary>The GPU of <see cref="MLContext.GpuDeviceId"/> if one is named, else the CPU; <see cref="MLContext.FallbackToCpu"/> decides what a missing GPU means.</summary>
    FromContext,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The GPU of <see cref="MLContext.GpuDeviceId"/>, or the first.</summary>
    Cuda,
}
