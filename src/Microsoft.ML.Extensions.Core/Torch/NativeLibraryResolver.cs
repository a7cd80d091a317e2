using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    private const BindingFlags Declared = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Those that have the library from here; held weakly, since a plug-in's own must go with it.</summary>
    private static readonly ConditionalWeakTable<Assembly, string> Answered = [];

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

    /// <summary>A context cannot be unloaded while another one, or the application, has a handler of it.</summary>
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

    /// <summary>Native functions are bound on their first call: without a handler the first one of a finalizer would end the process.</summary>
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
                // It could not be called with a handler either.
            }
        }
    }

    private static bool IsNative(MethodInfo method) => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl);
}
