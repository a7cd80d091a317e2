using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Lets libtorch's idle threads sleep instead of spin, on Linux.</summary>
/// <remarks>
/// By default a thread of OpenMP that has done its part of an operation spins for milliseconds in wait of the next. The kernels of this pack
/// run between libtorch's operations on the same cores, so they would wait for threads that do nothing, and beside other busy programs
/// training was measured 9 times slower (docs/benchmarks.md). OpenMP reads the setting when it is loaded, so it is made before, and only
/// where the user has set neither <c>OMP_WAIT_POLICY</c> nor <c>GOMP_SPINCOUNT</c>; <c>OMP_WAIT_POLICY=active</c> restores the default.
/// The number of threads is not touched.
/// </remarks>
internal static partial class OpenMpWaiting
{
    private const string Policy = "OMP_WAIT_POLICY";
    private const string SpinCount = "GOMP_SPINCOUNT";

    /// <summary>Makes the setting where the user made none.</summary>
    public static void Settle()
    {
        if (Environment.GetEnvironmentVariable(Policy) is null && Environment.GetEnvironmentVariable(SpinCount) is null)
        {
            // What .NET sets does not reach native code.
            _ = SetEnvironment(Policy, "passive", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
