using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>
/// Loads TorchSharp's native library, repaired in memory where the system's libstdc++ is older than the one it was built with.
/// </summary>
/// <remarks>
/// Where the normal load fails because <see cref="ElfVersionNeed.Version"/> is missing (Debian 12, Ubuntu 22.04), a copy without that need
/// is loaded from a sealed file in memory: nobody can replace it, and no folder has to be writable.
/// Packages and output folders stay untouched.
/// </remarks>
internal static class NativeLibraryLoader
{
    private const string FileName = "libLibTorchSharp.so";

    /// <summary>
    /// Libraries that are loaded first, from the original's folder: the copy is not in that folder, and finds them by name among the loaded
    /// ones.
    /// </summary>
    private static readonly string[] Dependencies = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private static readonly ConcurrentDictionary<string, Lazy<nint>> Handles = new();

    /// <summary>
    /// The handle of the library from the first folder that has it; 0 where none has it, or where loading fails for another reason.
    /// </summary>
    /// <exception cref="DllNotFoundException">The library needs a newer system, or its copy could not be loaded.</exception>
    public static nint Load(IReadOnlyList<string> folders) =>
        NativeFolders.Find(FileName, folders) is { } original
            ? Handles.GetOrAdd(original, path => new Lazy<nint>(() => Load(path, folders))).Value
            : 0;

    private static nint Load(string original, IReadOnlyList<string> folders)
    {
        try
        {
            LoadDependencies([Path.GetDirectoryName(original)!, .. folders]);
            return NativeLibrary.Load(original);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(ElfVersionNeed.Version, StringComparison.Ordinal))
        {
            return Repair(original);
        }
        catch (DllNotFoundException e) when (e.Message.Contains("GLIBC", StringComparison.Ordinal))
        {
            throw new DllNotFoundException(
                $"'{original}' needs a newer C or C++ runtime than this system has: use a newer system, as Debian 12 or Ubuntu 22.04.", e);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return 0;
        }
    }

    private static void LoadDependencies(IReadOnlyList<string> folders)
    {
        foreach (var name in Dependencies)
        {
            if (NativeFolders.Find(name, folders) is { } path)
            {
                NativeLibrary.Load(path);
            }
        }
    }

    private static nint Repair(string original)
    {
        try
        {
            var edited = ElfVersionNeed.Relax(File.ReadAllBytes(original))
                ?? throw new InvalidDataException($"'{original}' does not itself need {ElfVersionNeed.Version}.");
            // A host that loads the original by its path, as a plug-in's context does, then gets the copy.
            return NativeLibrary.Load(SealedFile.Create(FileName, ElfLibraryName.Rename(edited, original) ?? edited));
        }
        catch (Exception e) when (e is DllNotFoundException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new DllNotFoundException(
                $"'{original}' needs {ElfVersionNeed.Version}, which this system's libstdc++ lacks, and a copy in memory without that need could not be loaded: {e.Message} "
                + "Set <RepairTorchSharpNativeLibrary>true</RepairTorchSharpNativeLibrary> in the application's project, so that the build puts a repaired copy "
                + "beside the application, or use a system with the libstdc++ of GCC 13, as Debian 13 or Ubuntu 24.04.", e);
        }
    }
}
