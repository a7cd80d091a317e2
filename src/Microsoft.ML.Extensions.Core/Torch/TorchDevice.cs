using System.Runtime.CompilerServices;
using TorchSharp;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>The device to compute on, by ML.NET's rule: the GPU that the context names, otherwise the CPU.</summary>
internal static class TorchDevice
{
    /// <param name="gpuDeviceId">The CUDA device asked for, or null for the CPU.</param>
    /// <param name="fallbackToCpu">Whether to use the CPU where that device is not available.</param>
    /// <exception cref="InvalidOperationException">The device is not available and the CPU is not allowed.</exception>
    /// <exception cref="DllNotFoundException">The application has no libtorch, or this system cannot load it.</exception>
    public static torch.Device Resolve(int? gpuDeviceId, bool fallbackToCpu)
    {
        EnsureFound();
        return gpuDeviceId is { } id && IsUsable(id, fallbackToCpu, torch.cuda.is_available() ? torch.cuda.device_count() : 0)
            ? new torch.Device(DeviceType.CUDA, id)
            : torch.CPU;
    }

    /// <summary>Throws in one sentence where TorchSharp's own exception is a page of places that it looked into.</summary>
    /// <exception cref="DllNotFoundException">The application has no libtorch, or this system cannot load it.</exception>
    public static void EnsureFound()
    {
        NativeLibraryResolver.EnsureLoaded();
        NativeHeap.KeepFreed();
        try
        {
            RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);
        }
        catch (TypeInitializationException e) when (e.InnerException is NotSupportedException)
        {
            throw new DllNotFoundException(
                "This application has no libtorch, which training needs, and scoring by models that have no C# kernels: add the package "
                + "TorchSharp-cpu to it, or TorchSharp-cuda-linux or TorchSharp-cuda-windows for a GPU.");
        }
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
