using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace PluginHost;

/// <summary>The load context of Microsoft's plug-in tutorial, collectible.</summary>
internal sealed class PluginContext(string program, NativeLoading loading) : AssemblyLoadContext("plug-in", isCollectible: true)
{
    private readonly AssemblyDependencyResolver _resolver = new(program);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static (int ExitCode, WeakReference Context) Run(string program, NativeLoading loading, string[] args)
    {
        var context = new PluginContext(program, loading);
        var result = context.LoadFromAssemblyPath(program).EntryPoint!.Invoke(null, [args]);
        context.Unload();
        return ((int)result!, new WeakReference(context));
    }

    protected override Assembly? Load(AssemblyName name) =>
        _resolver.ResolveAssemblyToPath(name) is { } path ? LoadFromAssemblyPath(path) : null;

    protected override nint LoadUnmanagedDll(string name) =>
        loading == NativeLoading.Host && _resolver.ResolveUnmanagedDllToPath(name) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
