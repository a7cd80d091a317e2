using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The machine of a measurement.</summary>
internal static class Machine
{
    private const int CopyMegabytes = 256;

    public static string Describe() =>
        $"{Processor()}, {Environment.ProcessorCount} cores, {VectorBits()}-bit vectors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>The memory bandwidth of a copy too large for the caches, on all cores, counting both reads and writes.</summary>
    public static double CopySpeed()
    {
        var (source, target) = (new float[CopyMegabytes << 18], new float[CopyMegabytes << 18]);
        var piece = source.Length / Environment.ProcessorCount;
        var seconds = Timing.Of(() => Parallel.For(0, Environment.ProcessorCount, i =>
            source.AsSpan(i * piece, piece).CopyTo(target.AsSpan(i * piece, piece)))).Median;
        return 2.0 * sizeof(float) * source.Length / seconds;
    }

    private static int VectorBits() => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
