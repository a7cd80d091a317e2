using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Answers where the runtime looks in vain for TorchSharp's native library, in every load context that has a TorchSharp.</summary>
/// <remarks>
/// The runtime asks only after its own search failed, for a system too old (see <see cref="NativeLibraryLoader"/>) or for a plug-in whose
/// libraries lie in its own folder. The AppContext switch <see cref="OptOut"/> turns it off.
/// </remarks>
internal static class NativeLibraryResolver
{
    public const string OptOut = "Microsoft.ML.Extensions.DisableNativeLibraryRepair";

    private const string Library = "LibTorchSharp";
    private const string Owner = "TorchSharp";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The handler must be there before TorchSharp's first call, which may come from ML.NET's model loader.")]
    internal static void Register()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        AppDomain.CurrentDomain.AssemblyLoad += OnLoad;
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Attend(assembly);
        }
        if (AssemblyLoadContext.GetLoadContext(typeof(NativeLibraryResolver).Assembly) is { IsCollectible: true } own)
        {
            own.Unloading += Unregister;
        }
    }

    /// <summary>Fails with what is wrong and what to do, before TorchSharp fails with its guess that a package is missing.</summary>
    /// <exception cref="DllNotFoundException">The native library needs a newer system, or its copy could not be loaded.</exception>
    public static void EnsureLoaded()
    {
        if (OperatingSystem.IsLinux() && !IsOff)
        {
            Load(typeof(torch).Assembly);
        }
    }

    private static bool IsOff => AppContext.TryGetSwitch(OptOut, out var off) && off;

    private static void OnLoad(object? sender, AssemblyLoadEventArgs args) => Attend(args.LoadedAssembly);

    private static void Attend(Assembly assembly)
    {
        if (assembly.GetName().Name != Owner || AssemblyLoadContext.GetLoadContext(assembly) is not { } context)
        {
            return;
        }
        // An assembly may be met twice, on loading and in the list of those loaded before.
        context.ResolvingUnmanagedDll -= Resolve;
        context.ResolvingUnmanagedDll += Resolve;
        if (LoadsByItself(context) && !IsOff)
        {
            LoadAhead(assembly);
        }
    }

    /// <summary>Whether the host's own method is asked first: where it throws, as the usual one does, nobody else is asked.</summary>
    private static bool LoadsByItself(AssemblyLoadContext context) =>
        context.GetType().GetMethod("LoadUnmanagedDll", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(string)])?.DeclaringType != typeof(AssemblyLoadContext);

    private static void LoadAhead(Assembly assembly)
    {
        try
        {
            Load(assembly);
        }
        catch (DllNotFoundException)
        {
            // Said by whoever uses it: an assembly that is only loaded may never be.
        }
    }

    private static nint Resolve(Assembly assembly, string name) =>
        name == Library && assembly.GetName().Name == Owner && !IsOff ? Load(assembly) : 0;

    private static nint Load(Assembly assembly) => NativeLibraryLoader.Load(NativeFolders.Of(assembly));

    /// <summary>A context cannot be unloaded while another one, or the application, has a handler of it.</summary>
    private static void Unregister(AssemblyLoadContext own)
    {
        AppDomain.CurrentDomain.AssemblyLoad -= OnLoad;
        foreach (var context in AssemblyLoadContext.All)
        {
            context.ResolvingUnmanagedDll -= Resolve;
        }
        own.Unloading -= Unregister;
    }
}
