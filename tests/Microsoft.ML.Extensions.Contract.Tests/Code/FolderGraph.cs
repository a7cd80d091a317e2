using System.Reflection;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// Which folder of a package uses which, read from all of its code: signatures, fields, attributes and the bodies of methods.
/// </summary>
/// <remarks>Types made by the compiler stand where the type around them does.</remarks>
internal sealed partial class FolderGraph
{
    private readonly Dictionary<string, string> _folders;
    private readonly Dictionary<(string From, string To), SortedSet<string>> _arrows = [];

    /// <param name="assembly">A package.</param>
    public FolderGraph(Assembly assembly)
    {
        _folders = Folders(PackAssemblies.Source(assembly));
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        foreach (var type in module.GetTypes().Where(type => Folder(type) is not null))
        {
            foreach (var used in Used(type).Where(used => used.Scope == module))
            {
                var (from, to) = (Folder(type)!, Folder(used));
                if (to is not null && to != from)
                {
                    (_arrows.TryGetValue((from, to), out var uses) ? uses : _arrows[(from, to)] = [])
                        .Add($"{Outermost(type).Name} -> {Outermost(used).Name}");
                }
            }
        }
    }

    /// <summary>A folder, one whose types it uses, and the uses.</summary>
    public IEnumerable<(string From, string To, string Uses)> Arrows =>
        _arrows.Select(arrow => (arrow.Key.From, arrow.Key.To, string.Join(", ", arrow.Value)));

    /// <summary>Every arrow that is part of a cycle, as the cycle, with some of its uses.</summary>
    public IEnumerable<string> Cycles()
    {
        foreach (var ((from, to), uses) in _arrows.OrderBy(arrow => arrow.Key))
        {
            if (Path(to, from) is { } back)
            {
                yield return $"{from} -> {string.Join(" -> ", back)}: {string.Join(", ", uses.Take(12))}";
            }
        }
    }

    /// <summary>The names of the assemblies whose types the types of a folder use.</summary>
    public static IEnumerable<string> AssembliesUsed(Assembly assembly, string folder)
    {
        var folders = Folders(PackAssemblies.Source(assembly));
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        return [.. module.GetTypes().Where(type => folders.GetValueOrDefault(Plain(Outermost(type).Name)) == folder)
            .SelectMany(type => Used(type).Select(used => $"{Outermost(type).Name}: {used.Scope.Name}")).Distinct()];
    }

    /// <summary>The types of one assembly that each type of an assembly uses, by their plain names.</summary>
    /// <param name="path">The assembly whose types use.</param>
    /// <param name="used">The name of the assembly whose types are used, which may be the same.</param>
    public static ILookup<string, string> TypesUsed(string path, string used)
    {
        using var module = ModuleDefinition.ReadModule(path);
        return module.GetTypes()
            .SelectMany(type => Used(type).Where(other => (other.Scope == module ? module.Assembly.Name.Name : other.Scope.Name) == used)
                .Select(other => (From: Plain(Outermost(type).Name), To: Plain(Outermost(other).Name))))
            .Distinct().ToLookup(use => use.From, use => use.To);
    }

    /// <summary>The plain names of the types that a text declares at its margin.</summary>
    public static IEnumerable<string> Declared(string text) => Declarations().Matches(text).Select(match => match.Groups[1].Value);

    /// <summary>A type's name without the number of its parameters.</summary>
    public static string Plain(string name) => name.Split('`')[0];

    private IEnumerable<string>? Path(string from, string to)
    {
        var before = new Dictionary<string, string?> { [from] = null };
        var queue = new Queue<string>([from]);
        while (queue.TryDequeue(out var at))
        {
            if (at == to)
            {
                var path = new List<string>();
                for (string? step = at; step is not null; step = before[step])
                {
                    path.Insert(0, step);
                }
                return path;
            }
            foreach (var (_, next) in _arrows.Keys.Where(arrow => arrow.From == at))
            {
                if (before.TryAdd(next, at))
                {
                    queue.Enqueue(next);
                }
            }
        }
        return null;
    }

    private string? Folder(TypeReference type) => _folders.GetValueOrDefault(Plain(Outermost(type).Name));

    // The folder, from the package's root, in which each type is declared; what stands at the root itself is above all folders.
    private static Dictionary<string, string> Folders(string source)
    {
        var found = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories))
        {
            var parts = System.IO.Path.GetRelativePath(source, file).Split(System.IO.Path.DirectorySeparatorChar);
            if (parts.Length > 1 && parts[0] is not ("bin" or "obj" or "Properties"))
            {
                foreach (var name in Declared(File.ReadAllText(file)))
                {
                    found[name] = parts[0];
                }
            }
        }
        return found;
    }

    // At the margin: what is nested counts as the type around it.
    [GeneratedRegex(@"^(?:public |internal |static |abstract |sealed |partial |readonly |unsafe |ref |file )*(?:record struct|record class|class|record|struct|interface|enum|delegate [\w<>\[\]?., ]+?) (\w+)(?=[\s<(:;{]|$)", RegexOptions.Multiline)]
    private static partial Regex Declarations();

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<TypeReference> Used(TypeDefinition type) => All(type).OfType<TypeReference>().SelectMany(Parts)
        .Where(used => used is not GenericParameter).DistinctBy(used => used.FullName);

    private static IEnumerable<TypeReference?> All(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implemented => implemented.InterfaceType),
        .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Methods.SelectMany(method => (IEnumerable<TypeReference>)
            [method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType), .. method.GenericParameters.SelectMany(
                parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType), .. Body(method)]),
    ];

    private static IEnumerable<TypeReference> Body(MethodDefinition method) => !method.HasBody ? [] :
    [
        .. method.Body.Variables.Select(variable => variable.VariableType),
        .. method.Body.Instructions.SelectMany(Operand),
    ];

    private static IEnumerable<TypeReference> Operand(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
        FunctionPointerType function =>
            Parts(function.ReturnType).Concat(function.Parameters.SelectMany(parameter => Parts(parameter.ParameterType))),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
