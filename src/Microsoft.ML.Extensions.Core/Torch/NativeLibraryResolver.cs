using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Loads TorchSharp's native library where the system's libstdc++ is older than the one it was built with.</summary>
/// <remarks>
/// The runtime asks here only after its own search failed. Where that failed for want of <see cref="ElfVersionNeed.Version"/>
/// (Debian 12, Ubuntu 22.04), a private copy without that need is loaded; packages and output folders stay untouched.
/// The AppContext switch <see cref="OptOut"/> turns it off.
/// </remarks>
internal static class NativeLibraryResolver
{
    public const string OptOut = "Microsoft.ML.Extensions.DisableNativeLibraryRepair";

    private const string Library = "LibTorchSharp";
    private const string FileName = "libLibTorchSharp.so";

    /// <summary>Loaded first: the library need not lie beside them, and then finds them by name among what is in memory.</summary>
    private static readonly string[] Dependencies = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private static readonly Lazy<nint> Handle = new(() => Load(NativeFolders.All()));

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The handler must be there before TorchSharp's first call, which may come from ML.NET's model loader.")]
    internal static void Register()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        if (AssemblyLoadContext.GetLoadContext(typeof(NativeLibraryResolver).Assembly) is { } own && own != AssemblyLoadContext.Default)
        {
            own.ResolvingUnmanagedDll += Resolve;
        }
    }

    /// <summary>Fails with what is wrong and what to do, before TorchSharp fails with its guess that a package is missing.</summary>
    /// <exception cref="DllNotFoundException">The native library needs a newer system, or its copy could not be loaded.</exception>
    public static void EnsureLoaded()
    {
        if (OperatingSystem.IsLinux() && !IsOff)
        {
            _ = Handle.Value;
        }
    }

    private static bool IsOff => AppContext.TryGetSwitch(OptOut, out var off) && off;

    private static nint Resolve(Assembly assembly, string name) => name == Library && !IsOff ? Handle.Value : 0;

    private static nint Load(IReadOnlyList<string> folders)
    {
        if (NativeFolders.Find(FileName, folders) is not { } original)
        {
            return 0;
        }
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
            throw new DllNotFoundException($"'{original}' needs a newer C or C++ runtime than this system has: use a newer system, as Debian 12 or Ubuntu 22.04.", e);
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
            var image = File.ReadAllBytes(original);
            var edited = ElfVersionNeed.Relax(image) ?? throw new InvalidDataException($"'{original}' does not itself need {ElfVersionNeed.Version}.");
            return LoadCopy(image, edited);
        }
        catch (Exception e) when (e is DllNotFoundException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new DllNotFoundException(
                $"'{original}' needs {ElfVersionNeed.Version}, which this system's libstdc++ lacks, and a copy without that need could not be loaded: {e.Message} "
                + "Make this user's home or temporary folder writable, or use a system with the libstdc++ of GCC 13, as Debian 13 or Ubuntu 24.04.", e);
        }
    }

    private static nint LoadCopy(byte[] image, byte[] edited)
    {
        try
        {
            return PrivateCopy.Folder() is { } cache
                ? NativeLibrary.Load(PrivateCopy.Place(cache, image, edited))
                : LoadFromTemporary(image, edited);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return LoadFromTemporary(image, edited);
        }
    }

    private static nint LoadFromTemporary(byte[] image, byte[] edited)
    {
        var folder = Directory.CreateTempSubdirectory("mlx-").FullName;
        try
        {
            return NativeLibrary.Load(PrivateCopy.Place(folder, image, edited));
        }
        finally
        {
            // A loaded library stays mapped without its file.
            Directory.Delete(folder, recursive: true);
        }
    }
}
