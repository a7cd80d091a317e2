using System.Reflection;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The packages of the repository, found by their projects, so that none can be forgotten.</summary>
internal static class PackAssemblies
{
    private const string Solution = "Microsoft.ML.Extensions.slnx";

    public static IReadOnlyList<Assembly> All { get; } =
        [.. Directory.GetFiles(Path.Combine(Root(), "src"), "*.csproj", SearchOption.AllDirectories)
            // All but the package of source, which has no assembly.
            .Where(project => File.ReadAllText(project).Contains("Library.targets", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension)
            .Order().Select(name => Assembly.Load(name!))];

    /// <summary>Every project of the repository.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. new[] { "src", "tests", "samples", "benchmarks" }.SelectMany(
            folder => Directory.GetFiles(Path.Combine(Root(), folder), "*.csproj", SearchOption.AllDirectories))];

    // Sentences have neither a catalog of trainers nor an evaluator in ML.NET; examples of rankings are queries, and RankingTests and
    // NumericRankingTests for them, as pairs of images and sentences have ImageTextTests.
    private static readonly Type[] WithoutToys =
    [
        typeof(ImageTextMatchingTrainer), typeof(ImageTextPairTrainer), typeof(LrcnCaptionTrainer), typeof(NeuralRankingTrainer),
        typeof(NumericRankingTrainer),
    ];

    /// <summary>Every trainer that the toys are for.</summary>
    public static IEnumerable<Type> Trainers => All.SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => !type.IsAbstract && IsTrainer(type)).Except(WithoutToys);

    /// <summary>
    /// Every catalog method that makes one; a generic one takes a part of the user and is the options overload otherwise.
    /// </summary>
    public static IEnumerable<MethodInfo> CatalogMethods => All.SelectMany(assembly => assembly.GetExportedTypes())
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(method => IsTrainer(method.ReturnType) && !WithoutToys.Contains(method.ReturnType) && !method.IsGenericMethod);

    /// <summary>Whether a trainer learns epoch by epoch.</summary>
    public static bool LearnsInEpochs(Type trainer) => Is(trainer, typeof(NetworkTrainer<>));

    /// <summary>The folder of a package's source.</summary>
    public static string Source(Assembly assembly) => Path.Combine(Root(), "src", assembly.GetName().Name!);

    /// <summary>Whether a type is a trainer of the pack.</summary>
    public static bool IsTrainer(Type? type) => Is(type, typeof(Trainer<>));

    private static bool Is(Type? type, Type generic) =>
        type is not null && ((type.IsGenericType && type.GetGenericTypeDefinition() == generic) || Is(type.BaseType, generic));

    /// <summary>The repository's folder.</summary>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} has {Solution}.");
    }
}
