using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The settings that a fit takes from its <see cref="MLContext"/>.</summary>
internal static class FitHost
{
    /// <summary>The device to compute on.</summary>
    /// <exception cref="InvalidOperationException">The requested device is not available.</exception>
    public static Device Select(this IHostEnvironment env, ComputeDevice device) => device switch
    {
        ComputeDevice.Cpu => CPU,
        ComputeDevice.Cuda => TorchDevice.Resolve(env.GpuDeviceId() ?? 0, env.FallbackToCpu()),
        _ => TorchDevice.Resolve(env.GpuDeviceId(), env.FallbackToCpu()),
    };

    /// <exception cref="OperationCanceledException">The fit was cancelled, or the context was cancelled.</exception>
    public static void CheckAlive(this IHostEnvironment env, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (env.IsCanceled())
        {
            throw new OperationCanceledException("The MLContext was cancelled.");
        }
    }
}
