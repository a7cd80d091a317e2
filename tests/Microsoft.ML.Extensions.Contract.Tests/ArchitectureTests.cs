using System.Reflection;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The arrows of CONTRIBUTING.md, read from fields, parameters, properties and base types.</summary>
[TestClass]
public sealed class ArchitectureTests
{
    private const string Root = "Microsoft.ML.Extensions";

    private static readonly BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // From the bottom; a folder may use those before it. The public types at the root of Core stand as high as what they are made of.
    private static readonly string[] Order =
        ["Numerics", "MLNet", "Torch", "Persistence", "Columns", "Networks", "Tasks", "Training", "Scoring", "Importance"];

    [TestMethod]
    public void PackagesDependOnCoreAlone()
    {
        var names = PackAssemblies.All.Select(assembly => assembly.GetName().Name).ToHashSet();
        foreach (var assembly in PackAssemblies.All)
        {
            var used = assembly.GetReferencedAssemblies().Select(name => name.Name).Where(names.Contains).ToArray();
            string[] allowed = assembly.GetName().Name == $"{Root}.Core" ? [] : [$"{Root}.Core"];
            CollectionAssert.IsSubsetOf(used, allowed, assembly.GetName().Name);
        }
    }

    [TestMethod]
    public void PackagesDependOnMLNetAndTorchSharpAlone()
    {
        foreach (var assembly in PackAssemblies.All)
        {
            // ML.NET and TorchSharp bring SkiaSharp; the readers of images ask it what ML.NET's own do not tell.
            var foreign = assembly.GetReferencedAssemblies().Select(name => name.Name!)
                .Where(name => name is not ("TorchSharp" or "SkiaSharp" or "Microsoft.Win32.Primitives")
                    && !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.ML.", StringComparison.Ordinal));
            Assert.IsEmpty(foreign.ToArray(), assembly.GetName().Name);
        }
    }

    [TestMethod]
    public void ArrowsOfCoreGoOneWay()
    {
        foreach (var type in CoreTypes())
        {
            var level = Level(type);
            foreach (var used in Uses(type).Where(used => used.Namespace != type.Namespace))
            {
                Assert.IsTrue(Height(used, []) <= level, $"{type.FullName} uses {used.FullName}, which stands above it.");
            }
        }
    }

    [TestMethod]
    public void NumericsKnowNeitherMLNetNorTorchSharp()
    {
        foreach (var type in CoreTypes().Where(type => type.Namespace == $"{Root}.Numerics"))
        {
            var known = Mentioned(type).Select(used => used.Assembly.GetName().Name!).Where(name => name == "TorchSharp" || name.StartsWith("Microsoft.ML", StringComparison.Ordinal));
            CollectionAssert.IsSubsetOf(known.ToArray(), new[] { $"{Root}.Core" }, type.FullName);
        }
    }

    [TestMethod]
    public void EveryFolderOfCore_HasAPlaceInTheOrder()
    {
        var folders = CoreTypes().Select(type => type.Namespace!).Where(name => name.StartsWith(Root + ".", StringComparison.Ordinal)).Distinct()
            .Select(name => name[(Root.Length + 1)..].Split('.')[0]).Distinct();
        CollectionAssert.IsSubsetOf(folders.ToArray(), Order);
    }

    private static IEnumerable<Type> CoreTypes() => typeof(NetworkTransformer).Assembly.GetTypes()
        .Where(type => type.Namespace?.StartsWith(Root, StringComparison.Ordinal) == true);

    private static int Level(Type type) => type.Namespace == Root ? Order.Length : Array.IndexOf(Order, type.Namespace![(Root.Length + 1)..].Split('.')[0]);

    // A folder's place; of a type at the root, the highest place among what it is made of.
    private static int Height(Type type, HashSet<Type> seen) => type.Namespace != Root ? Level(type)
        : seen.Add(type) ? Uses(type).Select(used => Height(used, seen)).DefaultIfEmpty(0).Max() : 0;

    private static IEnumerable<Type> Uses(Type type) =>
        Mentioned(type).Where(used => used.Assembly == type.Assembly && used.Namespace?.StartsWith(Root, StringComparison.Ordinal) == true);

    private static IEnumerable<Type> Mentioned(Type type) => type.GetInterfaces().Append(type.BaseType)
        .Concat(type.GetFields(Declared).Select(field => field.FieldType))
        .Concat(type.GetProperties(Declared).Select(property => property.PropertyType))
        .Concat(type.GetMethods(Declared).Select(method => method.ReturnType))
        .Concat(type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared))
            .SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType))
        .OfType<Type>().SelectMany(Parts).Distinct();

    private static IEnumerable<Type> Parts(Type type) => type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];
}
