using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Resolves TorchSharp's native library where the runtime does not find it, in every load context that has a TorchSharp.</summary>
/// <remarks>
/// The runtime calls it only after its own search failed, because the system is too old (see <see cref="NativeLibraryLoader"/>) or because
/// a plug-in's libraries are in its own folder. The AppContext switch <see cref="OptOut"/> turns it off.
/// </remarks>
internal static class NativeLibraryResolver
{
    public const string OptOut = "Microsoft.ML.Extensions.DisableNativeLibraryRepair";

    private const string Library = "LibTorchSharp";
    private const string Owner = "TorchSharp";

    private const BindingFlags Declared = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The assemblies that were resolved here; held weakly, so that a plug-in can be unloaded.</summary>
    private static readonly ConditionalWeakTable<Assembly, string> Answered = [];

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255",
        Justification = "The handler must be there before TorchSharp's first call, which may come from ML.NET's model loader.")]
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

    /// <summary>Throws with the cause and the remedy, before TorchSharp reports a missing package.</summary>
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
        // An assembly may occur twice: when it is loaded and in the list of loaded assemblies.
        context.ResolvingUnmanagedDll -= Resolve;
        context.ResolvingUnmanagedDll += Resolve;
        if (LoadsByItself(context) && !IsOff)
        {
            LoadAhead(assembly);
        }
    }

    /// <summary>
    /// Whether the host's own method is called first: where it throws, as the usual one does, no further handler is called.
    /// </summary>
    private static bool LoadsByItself(AssemblyLoadContext context) =>
        context.GetType().GetMethod("LoadUnmanagedDll", BindingFlags.Instance | BindingFlags.NonPublic,
            [typeof(string)])?.DeclaringType != typeof(AssemblyLoadContext);

    private static void LoadAhead(Assembly assembly)
    {
        try
        {
            Load(assembly);
        }
        catch (DllNotFoundException)
        {
            // The exception is left to the first use, since a loaded assembly may never be used.
        }
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        if (name != Library || assembly.GetName().Name != Owner || IsOff)
        {
            return 0;
        }
        Answered.TryAdd(assembly, name);
        return Load(assembly);
    }

    private static nint Load(Assembly assembly) => NativeLibraryLoader.Load(NativeFolders.Of(assembly));

    /// <summary>A context cannot be unloaded while another context, or the application, refers to a handler in it.</summary>
    private static void Unregister(AssemblyLoadContext own)
    {
        foreach (var (assembly, _) in Answered)
        {
            Bind(assembly);
        }
        AppDomain.CurrentDomain.AssemblyLoad -= OnLoad;
        foreach (var context in AssemblyLoadContext.All)
        {
            context.ResolvingUnmanagedDll -= Resolve;
        }
        own.Unloading -= Unregister;
    }

    /// <summary>
    /// Native functions are bound on their first call: without a handler, a first call from a finalizer would end the process.
    /// </summary>
    private static void Bind(Assembly assembly)
    {
        foreach (var function in assembly.GetTypes().SelectMany(type => type.GetMethods(Declared)).Where(IsNative))
        {
            try
            {
                Marshal.Prelink(function);
            }
            catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException or MarshalDirectiveException)
            {
                // Such a function cannot be called with a handler either.
            }
        }
    }

    private static bool IsNative(MethodInfo method) => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl);
}
