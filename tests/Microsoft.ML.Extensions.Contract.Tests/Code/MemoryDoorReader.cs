using Microsoft.ML.Extensions.Torch;
using Mono.Cecil;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Reads the code of assemblies for operations of TorchSharp that do not throw where there is too little memory.</summary>
internal static class MemoryDoorReader
{
    // LibTorchSharp 0.107 catches no exception in the first four (THSTensorMath.cpp, THSTensor.cpp, THSAutograd.cpp), and TorchSharp does
    // not check the result of the last two.
    private static readonly string[] Native =
        ["THSTensor_matmul", "THSTensor_cummax", "THSTensor_cummin", "THSAutograd_grad", "THSTensor_rand", "THSTensor_randperm"];

    private static readonly Lazy<HashSet<string>> Operations = new(OperationsOf);

    /// <summary>The places where such an operation is called outside <see cref="TorchMemory"/>.</summary>
    /// <param name="path">The assembly.</param>
    public static IReadOnlyList<string> Calls(string path)
    {
        using var module = ModuleDefinition.ReadModule(path);
        return
        [
            .. Methods(module).Where(method => method.DeclaringType.Name != nameof(TorchMemory))
                .SelectMany(method => Called(method).Select(Name).Where(Operations.Value.Contains)
                    .Select(name => $"{method.DeclaringType.FullName}.{method.Name}(): {name}")),
        ];
    }

    /// <summary>The places where libtorch's convolutions are called outside <see cref="Convolutions"/>.</summary>
    /// <param name="path">The assembly.</param>
    public static IReadOnlyList<string> Convolved(string path)
    {
        using var module = ModuleDefinition.ReadModule(path);
        return
        [
            .. Methods(module).Where(method => !method.DeclaringType.FullName.Contains($".{nameof(Convolutions)}", StringComparison.Ordinal))
                .SelectMany(method => Called(method)
                    .Where(called => called.DeclaringType.FullName.StartsWith("TorchSharp", StringComparison.Ordinal)
                        && called.Name.StartsWith("conv", StringComparison.OrdinalIgnoreCase))
                    .Select(called => $"{method.DeclaringType.FullName}.{method.Name}(): {called.Name}")),
        ];
    }

    private static HashSet<string> OperationsOf()
    {
        using var torch = ModuleDefinition.ReadModule(typeof(TorchSharp.torch).Assembly.Location);
        var methods = Methods(torch).ToList();
        var found = methods.Where(method => Called(method).Any(call => Native.Contains(call.Name))).Select(Name).ToHashSet();
        while (methods.Where(method => !found.Contains(Name(method)) && Called(method).Any(call => found.Contains(Name(call))))
            .ToList() is { Count: > 0 } callers)
        {
            found.UnionWith(callers.Select(Name));
        }
        return found;
    }

    private static IEnumerable<MethodDefinition> Methods(ModuleDefinition module) =>
        module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    private static IEnumerable<MethodReference> Called(MethodDefinition method) =>
        method.Body.Instructions.Select(instruction => instruction.Operand).OfType<MethodReference>();

    private static string Name(MethodReference method) =>
        $"{method.DeclaringType.GetElementType().FullName}.{method.Name}({string.Join(", ", method.Parameters.Select(parameter => parameter.ParameterType.FullName))})";
}
