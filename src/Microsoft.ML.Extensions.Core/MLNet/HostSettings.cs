using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>Settings of an <see cref="MLContext"/> that its environment keeps internal.</summary>
internal static class HostSettings
{
    /// <summary>The GPU asked for, or null for the CPU.</summary>
    public static int? GpuDeviceId(this IHostEnvironment env) => (env as IHostEnvironmentInternal)?.GpuDeviceId;

    public static bool FallbackToCpu(this IHostEnvironment env) => (env as IHostEnvironmentInternal)?.FallbackToCpu ?? true;

    /// <summary>True once the context was cancelled, as AutoML does when its time is over.</summary>
    public static bool IsCanceled(this IHostEnvironment env) => (env as ICancelable)?.IsCanceled ?? false;
}
