using System.Globalization;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The arrows of CONTRIBUTING.md, read from all code.</summary>
[TestClass]
public sealed class ArchitectureTests
{
    private const string Root = "Microsoft.ML.Extensions";

    // From the bottom; a folder may use those before it.
    private static readonly string[] OrderOfCore =
        ["Numerics", "Telemetry", "MLNet", "Options", "Torch", "Onnx", "Persistence", "Pretrained", "Columns", "Networks", "Managed", "Tasks", "Training", "Scoring",
            "Importance", "Conformal", "Calibration", "Trainers"];

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
    public void PackagesDependOnFewLibraries()
    {
        foreach (var assembly in PackAssemblies.All)
        {
            // ML.NET and TorchSharp bring SkiaSharp; the readers of images ask it what ML.NET's own do not tell. Generators of embeddings
            // have their interface in the one abstraction that everybody's implement. Math.NET is managed code and needs no other package.
            // TorchSharp brings Google.Protobuf, in which ML.NET's ONNX converter writes its files.
            var foreign = assembly.GetReferencedAssemblies().Select(name => name.Name!)
                .Where(name => name is not (
                    "TorchSharp" or "SkiaSharp" or "Microsoft.Win32.Primitives" or "Microsoft.Extensions.AI.Abstractions" or "MathNet.Numerics"
                    or "Google.Protobuf")
                    && !name.StartsWith("System.", StringComparison.Ordinal)
                        && !name.StartsWith("Microsoft.ML.", StringComparison.Ordinal));
            Assert.IsEmpty(foreign.ToArray(), assembly.GetName().Name);
        }
    }

    [TestMethod]
    public void FoldersUseEachOtherOneWay()
    {
        foreach (var assembly in PackAssemblies.All)
        {
            Assert.AreEqual("", string.Join('\n', new FolderGraph(assembly).Cycles()), assembly.GetName().Name);
        }
    }

    [TestMethod]
    public void NumericsKnowNeitherMLNetNorTorchSharp()
    {
        var foreign = FolderGraph.AssembliesUsed(typeof(NetworkTransformer).Assembly, "Numerics")
            .Where(use => use.Contains("TorchSharp", StringComparison.Ordinal) || use.Contains("Microsoft.ML.", StringComparison.Ordinal)
                && !use.EndsWith(".Core.dll", StringComparison.Ordinal));
        CollectionAssert.AreEqual(Array.Empty<string>(), foreign.ToArray());
    }

    [TestMethod]
    public void CoreIsWhatSeveralPackagesUse()
    {
        var use = new CoreUse(
            AppContext.BaseDirectory, PackAssemblies.Source(typeof(NetworkTransformer).Assembly),
                PackAssemblies.All.Select(assembly => assembly.GetName().Name!));
        Assert.IsEmpty(use.OfOnePackage, string.Create(
            CultureInfo.InvariantCulture,
                $"{use.Share:p1} of Core's lines are needed by one package alone: {string.Join(", ", use.OfOnePackage)}"));
    }

    [TestMethod]
    public void FoldersOfCoreUseThoseBelowThem()
    {
        foreach (var (from, to, uses) in new FolderGraph(typeof(NetworkTransformer).Assembly).Arrows)
        {
            CollectionAssert.IsSubsetOf(new[] { from, to }, OrderOfCore, "a folder has no place in the order");
            Assert.IsLessThan(Array.IndexOf(OrderOfCore, from), Array.IndexOf(OrderOfCore, to), $"{from} -> {to}: {uses}");
        }
    }

    [TestMethod]
    public void PackagesUseOfCore_WhatItsBorderLists()
    {
        var core = typeof(NetworkTransformer).Assembly;
        var listed = File.ReadAllLines(Path.Combine(PackAssemblies.Source(core), "Border.txt"))
            .Where(line => line.Length > 0 && line[0] != '#').ToArray();
        var used = PackageBorder.Lines(AppContext.BaseDirectory, PackAssemblies.All.Select(assembly => assembly.GetName().Name!)).ToArray();
        Assert.AreEqual("", string.Join('\n', used.Except(listed)), "used, but not in Border.txt");
        Assert.AreEqual("", string.Join('\n', listed.Except(used)), "in Border.txt, but not used");
    }
}
