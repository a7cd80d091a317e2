using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What the documentation of the methods by which users come to the pack has in common, as ML.NET's own has.</summary>
[TestClass]
public sealed class DocumentationTests
{
    private static readonly string[] s_rows =
    [
        "Machine learning task", "Input", "Label", "Output", "Is normalization required?", "Is caching required?",
        "Required NuGet in addition to Microsoft.ML", "Exportable to ONNX",
    ];

    // Extensions of ML.NET's catalogs, and the catalogs of the pack.
    private static readonly MethodInfo[] s_doors =
        [.. PackAssemblies.All.SelectMany(assembly => assembly.GetExportedTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.DeclaringType == typeof(SequenceTransformsCatalog) || IsDoor(method))];

    private static readonly MethodInfo[] s_trainers = [.. s_doors.Where(method => PackAssemblies.IsTrainer(method.ReturnType))];

    // What trains, what transforms, and what holds a model, an index or a state, as the site's pages of types show it.
    private static readonly Type[] s_types =
        [.. PackAssemblies.All.SelectMany(assembly => assembly.GetExportedTypes()).Where(type => type.IsClass && (IsEstimator(type)
            || typeof(ITransformer).IsAssignableFrom(type) || typeof(IDisposable).IsAssignableFrom(type)))];

    [TestMethod]
    public void EveryTrainerMethod_HasAnExampleInEveryOverload_AndAPageThatNamesIt()
    {
        Assert.IsGreaterThan(60, s_trainers.Length);
        string[] wrong =
        [
            .. from method in Distinct(s_trainers)
               from document in MemberDocument.Of(method.DeclaringType!, method.Name)
               where document.Examples.Count() != 1 || !document.Pages.Any()
                   || !File.ReadAllText(Path.Combine(PackAssemblies.Root(), document.Pages.First())).Contains(method.Name, StringComparison.Ordinal)
               select document.Name,
        ];
        Assert.AreEqual("", string.Join('\n', wrong));
    }

    [TestMethod]
    public void EveryMethodOfACatalog_HasAnExample_AndAPageInEveryOverload()
    {
        string[] wrong =
        [
            .. from method in Distinct(s_doors)
               let documents = MemberDocument.Of(method.DeclaringType!, method.Name)
               where documents.Length != method.DeclaringType!.GetMethods().Count(other => other.Name == method.Name)
                   || !documents.Any(document => document.Examples.Any()) || documents.Any(document => !document.Pages.Any())
               select $"{method.DeclaringType}.{method.Name}",
        ];
        Assert.AreEqual("", string.Join('\n', wrong));
    }

    [TestMethod]
    public void EveryTrainerTransformAndEngine_HasAPage()
    {
        Assert.IsGreaterThan(30, s_types.Length);
        Assert.AreEqual("", string.Join('\n', s_types.Where(type => !MemberDocument.Of(type).Pages.Any())));
    }

    [TestMethod]
    public void EveryTrainerTransformAndEngine_HasAnExample()
    {
        string[] wrong =
        [
            .. from type in s_types
               where !type.IsAbstract && MemberDocument.Of(type).ShownExamples.ToArray() is not [_]
               select type.FullName,
        ];
        Assert.AreEqual("", string.Join('\n', wrong));
    }

    [TestMethod]
    public void TheExampleOfATrainer_CreatesIt()
    {
        foreach (var trainer in s_types.Where(type => !type.IsAbstract && PackAssemblies.IsTrainer(type)))
        {
            StringAssert.Contains(MemberDocument.Of(trainer).ShownExamples.Single(), $".{trainer.Name[..^"Trainer".Length]}(", trainer.Name);
        }
    }

    [TestMethod]
    public void Links_LeadToPages()
    {
        var documents = Distinct(s_doors).SelectMany(method => MemberDocument.Of(method.DeclaringType!, method.Name))
            .Concat(s_types.Select(MemberDocument.Of)).ToArray();
        foreach (var document in documents)
        {
            foreach (var (page, link) in document.Pages.Zip(document.Links))
            {
                Assert.IsTrue(File.Exists(Path.Combine(PackAssemblies.Root(), page)), $"{document.Name}: {page}");
                Assert.AreEqual($"../{Path.ChangeExtension(page, ".html")}", link, document.Name);
            }
        }
    }

    [TestMethod]
    public void EveryTrainer_HasMLNetsTable_WithItsPackage()
    {
        foreach (var trainer in s_trainers.Select(method => method.ReturnType).Distinct())
        {
            var table = MemberDocument.Of(trainer).Table;
            CollectionAssert.AreEqual(s_rows, table.Keys.ToArray(), trainer.Name);
            StringAssert.StartsWith(table[s_rows[6]], trainer.Assembly.GetName().Name + ",", trainer.Name);
        }
    }

    [TestMethod]
    public void TablesAndTheOnnxPage_NameTheSameTrainers()
    {
        var converted = File.ReadLines(Path.Combine(PackAssemblies.Root(), "docs", "Onnx.md"))
            .Single(line => line.StartsWith("| Trainers |", StringComparison.Ordinal)).Split(':')[0].Split(['|', ',', ' ']);
        foreach (var trainer in s_trainers.Select(method => method.ReturnType).Distinct())
        {
            var isConverted = converted.Contains(trainer.Name[..^"Trainer".Length]);
            StringAssert.StartsWith(MemberDocument.Of(trainer).Table[s_rows[7]], isConverted ? "Yes" : "No", trainer.Name);
        }
    }

    [TestMethod]
    public void EveryTrainersPage_ShowsAPicture()
    {
        var pages = Distinct(s_trainers).SelectMany(method => MemberDocument.Of(method.DeclaringType!, method.Name))
            .SelectMany(document => document.Pages).Distinct().ToArray();
        Assert.IsGreaterThan(8, pages.Length);
        foreach (var page in pages)
        {
            var picture = $"pictures/{Path.GetFileNameWithoutExtension(page)}.png";
            var path = Path.Combine(PackAssemblies.Root(), page);
            StringAssert.Contains(File.ReadAllText(path), $"]({picture})", page);
            Assert.IsTrue(File.Exists(Path.Combine(Path.GetDirectoryName(path)!, picture)), $"{page}: {picture}");
        }
    }

    [TestMethod]
    public void Examples_Compile()
    {
        string[] errors =
        [
            .. from document in Distinct(s_doors).SelectMany(method => MemberDocument.Of(method.DeclaringType!, method.Name))
                   .Concat(s_types.Select(MemberDocument.Of))
               from example in document.Examples
               from error in SnippetPage.Errors(document.Name, $"```csharp\n{example}\n```")
               select error,
        ];
        Assert.AreEqual("", string.Join('\n', errors));
    }

    private static bool IsEstimator(Type type) =>
        type.GetInterfaces().Any(kind => kind.IsGenericType && kind.GetGenericTypeDefinition() == typeof(IEstimator<>));

    private static bool IsDoor(MethodInfo method) =>
        method.IsDefined(typeof(ExtensionAttribute)) && method.GetParameters()[0].ParameterType is var type
        && (type == typeof(ForecastingCatalog)
            || (type.Assembly.GetName().Name!.StartsWith("Microsoft.ML", StringComparison.Ordinal) && !PackAssemblies.All.Contains(type.Assembly)));

    private static IEnumerable<MethodInfo> Distinct(IEnumerable<MethodInfo> methods) =>
        methods.DistinctBy(method => (method.DeclaringType, method.Name));
}
