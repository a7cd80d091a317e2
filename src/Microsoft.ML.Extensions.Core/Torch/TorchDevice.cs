using TorchSharp;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>The device to compute on, by ML.NET's rule: the GPU that the context names, otherwise the CPU.</summary>
internal static class TorchDevice
{
    /// <param name="gpuDeviceId">The CUDA device asked for, or null for the CPU.</param>
    /// <param name="fallbackToCpu">Whether to use the CPU where that device is not available.</param>
    /// <exception cref="InvalidOperationException">The device is not available and the CPU is not allowed.</exception>
    /// <exception cref="DllNotFoundException">This system cannot load TorchSharp's native library.</exception>
    public static torch.Device Resolve(int? gpuDeviceId, bool fallbackToCpu)
    {
        NativeLibraryResolver.EnsureLoaded();
        return gpuDeviceId is { } id && IsUsable(id, fallbackToCpu, torch.cuda.is_available() ? torch.cuda.device_count() : 0)
            ? new torch.Device(DeviceType.CUDA, id)
            : torch.CPU;
    }

    internal static bool IsUsable(int gpuDeviceId, bool fallbackToCpu, int gpuCount)
    {
        var there = gpuDeviceId >= 0 && gpuDeviceId < gpuCount;
        if (!there && !fallbackToCpu)
        {
            throw new InvalidOperationException(
                $"GPU {gpuDeviceId} was asked for and libtorch sees {gpuCount} CUDA device(s). Reference TorchSharp-cuda-linux or TorchSharp-cuda-windows, "
                + "check the driver, or set MLContext.FallbackToCpu or leave MLContext.GpuDeviceId unset.");
        }
        return there;
    }
}
