using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// Reads the code of assemblies for native numbers of TorchSharp (<c>Scalar</c>) that nothing holds while native code reads them.
/// </summary>
/// <remarks>
/// A number is held where it goes into a field, or into a local variable that a <c>finally</c> disposes. Which methods of TorchSharp make
/// numbers that nothing holds is read from TorchSharp itself, those that call such methods among them.
/// </remarks>
internal static class NativeNumberReader
{
    private const string Number = "TorchSharp.Scalar";

    private static readonly Lazy<HashSet<string>> Makers = new(MakersOf);

    /// <summary>The assemblies of this repository's projects that were built, of the configuration and framework that runs.</summary>
    public static IReadOnlyList<string> Assemblies { get; } =
        [.. PackAssemblies.Projects.SelectMany(Built).Order(StringComparer.Ordinal)];

    /// <summary>The places of numbers that nothing holds, as method, called method.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="type">The only type to check; null for all but <see cref="TemporaryNumbers"/>.</param>
    public static IReadOnlyList<string> Temporaries(string path, string? type = null)
    {
        using var module = ModuleDefinition.ReadModule(path);
        return
        [
            .. Methods(module).Where(
                method => type is null ? method.DeclaringType.Name != nameof(TemporaryNumbers) : method.DeclaringType.Name == type)
                .SelectMany(method => Calls(method).Where(call => IsLoose(method, call) || Makers.Value.Contains(Name(call)))
                    .Select(call => $"{method.DeclaringType.FullName}.{method.Name}(): {Name(call)}")),
        ];
    }

    private static IEnumerable<string> Built(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var file = Path.Combine(
            Path.GetDirectoryName(project)!, "bin", output.Parent!.Name, output.Name, Path.GetFileNameWithoutExtension(project) + ".dll");
        return File.Exists(file) ? [file] : [];
    }

    private static HashSet<string> MakersOf()
    {
        using var torch = ModuleDefinition.ReadModule(typeof(TorchSharp.torch).Assembly.Location);
        var methods = Methods(torch).Where(method => method.DeclaringType.FullName is not (Number or "TorchSharp.ScalarExtensionMethods"))
            .ToList();
        var makers = methods.Where(method => Calls(method).Any(call => IsLoose(method, call))).Select(Name).ToHashSet();
        while (methods.Where(method => !makers.Contains(Name(method)) && Calls(method).Any(call => makers.Contains(Name(call))))
            .ToList() is { Count: > 0 } callers)
        {
            makers.UnionWith(callers.Select(Name));
        }
        // It reads the memory of a tensor that it no longer holds.
        makers.UnionWith(methods.Where(method => method.DeclaringType.Name == nameof(TorchSharp.torch.Tensor)
            && method.Name == nameof(TorchSharp.torch.Tensor.item)).Select(Name));
        return makers;
    }

    private static IEnumerable<MethodDefinition> Methods(ModuleDefinition module) =>
        module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    private static IEnumerable<Instruction> Calls(MethodDefinition method) =>
        method.Body.Instructions.Where(instruction => instruction.Operand is MethodReference);

    private static string Name(Instruction call) => Name((MethodReference)call.Operand);

    private static string Name(MethodReference method) =>
        $"{method.DeclaringType.GetElementType().FullName}.{method.Name}({string.Join(", ", method.Parameters.Select(parameter => parameter.ParameterType.FullName))})";

    private static bool IsLoose(MethodDefinition method, Instruction call) =>
        call.Operand is MethodReference { ReturnType.FullName: Number } made
            && made.DeclaringType.FullName.StartsWith("TorchSharp.", StringComparison.Ordinal)
        && !IsHeld(method, call.Next);

    private static bool IsHeld(MethodDefinition method, Instruction next) => next.OpCode.Code is Code.Stfld or Code.Stsfld
        || (Stored(method, next) is { } variable && method.Body.ExceptionHandlers.Any(
            handler => handler.HandlerType == ExceptionHandlerType.Finally && Disposes(method, handler, variable)));

    private static bool Disposes(MethodDefinition method, ExceptionHandler handler, VariableDefinition variable)
    {
        var isRead = false;
        for (var at = handler.HandlerStart; at is not null && at != handler.HandlerEnd; at = at.Next)
        {
            isRead |= Loaded(method, at) == variable;
            if (isRead && at.Operand is MethodReference { Name: nameof(IDisposable.Dispose) })
            {
                return true;
            }
        }
        return false;
    }

    private static VariableDefinition? Stored(MethodDefinition method, Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Stloc or Code.Stloc_S => (VariableDefinition)instruction.Operand,
        >= Code.Stloc_0 and <= Code.Stloc_3 and var code => method.Body.Variables[code - Code.Stloc_0],
        _ => null,
    };

    private static VariableDefinition? Loaded(MethodDefinition method, Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Ldloc or Code.Ldloc_S => (VariableDefinition)instruction.Operand,
        >= Code.Ldloc_0 and <= Code.Ldloc_3 and var code => method.Body.Variables[code - Code.Ldloc_0],
        _ => null,
    };
}
