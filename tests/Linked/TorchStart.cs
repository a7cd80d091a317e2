using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>Compiled into each test project that uses TorchSharp.</summary>
internal static class TorchStart
{
    // Set for a child process that must not load the native library.
    private const string Off = "MLX_WITHOUT_LIBTORCH";

    /// <summary>
    /// Loads the native library before a test calls TorchSharp by itself, and gives libtorch one thread unless OMP_NUM_THREADS asks for
    /// more: the test programs run side by side, and more threads than cores spend their time waiting for each other.
    /// </summary>
    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(Off) is not null)
        {
            return;
        }
        NativeLibraryResolver.EnsureLoaded();
        torch.set_num_threads(int.TryParse(
            Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), CultureInfo.InvariantCulture, out var threads) ? threads : 1);
    }
}
