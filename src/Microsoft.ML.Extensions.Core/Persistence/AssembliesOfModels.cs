using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>
/// Finds the pack's assemblies by name alone where a model file names another version; the file's format version decides whether it can be
/// read.
/// </summary>
/// <remarks>It is active once this assembly is loaded. Files written by the pack name no version and do not need it.</remarks>
internal static class AssembliesOfModels
{
    private const string Prefix = "Microsoft.ML.Extensions.";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "ML.NET's model loader loads assemblies before it calls the pack.")]
    internal static void Register() => AssemblyLoadContext.Default.Resolving += Resolve;

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name is { Name: { } simple, Version: not null } && simple.StartsWith(Prefix, StringComparison.Ordinal) ? Find(context, simple)
            : null;

    // Null: the runtime then says which assembly is missing.
    private static Assembly? Find(AssemblyLoadContext context, string name)
    {
        try
        {
            return context.LoadFromAssemblyName(new AssemblyName(name));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
