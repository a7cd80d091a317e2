using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

/// <summary>Lets tests call TorchSharp before anything of Core, whose own initialiser would be late then.</summary>
internal static class TorchStart
{
    [ModuleInitializer]
    internal static void Run() => RuntimeHelpers.RunModuleConstructor(typeof(NativeLibraryResolver).Module.ModuleHandle);
}
