using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>What a fit takes from the context it runs in.</summary>
internal static class FitHost
{
    /// <summary>Where to compute.</summary>
    /// <exception cref="InvalidOperationException">The device asked for is not there.</exception>
    public static Device Select(this IHostEnvironment env, ComputeDevice device) => device switch
    {
        ComputeDevice.Cpu => CPU,
        ComputeDevice.Cuda => TorchDevice.Resolve(env.GpuDeviceId() ?? 0, env.FallbackToCpu()),
        _ => TorchDevice.Resolve(env.GpuDeviceId(), env.FallbackToCpu()),
    };

    /// <exception cref="OperationCanceledException">The fit was cancelled, or the context was told to stop.</exception>
    public static void CheckAlive(this IHostEnvironment env, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (env.IsCanceled())
        {
            throw new OperationCanceledException("The MLContext was told to stop.");
        }
    }
}
