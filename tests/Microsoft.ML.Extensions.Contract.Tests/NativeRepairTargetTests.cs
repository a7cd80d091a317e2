using System.Diagnostics;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The build target of Core's package, in a project that asks for it.</summary>
[TestClass]
public sealed class NativeRepairTargetTests
{
    private const string Library = "libLibTorchSharp.so";

    private readonly string _folder = Directory.CreateTempSubdirectory("repair-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Build_PutsARepairedLibraryBesideTheApplication()
    {
        Run("build", asks: true);
        AssertRepaired(Path.Combine(_folder, "out", "runtimes", "linux-x64", "native", Library));
    }

    [TestMethod]
    public void Publish_ForOnePlatform_PutsARepairedLibraryBesideTheApplication()
    {
        Run("publish", asks: true, "-r", "linux-x64", "--self-contained", "false");
        AssertRepaired(Path.Combine(_folder, "out", Library));
    }

    [TestMethod]
    public void Build_OfAProjectThatDoesNotAsk_TakesTheLibraryAsItIs()
    {
        Run("build", asks: false);
        Assert.IsNotNull(ElfVersionNeed.Relax(File.ReadAllBytes(Path.Combine(_folder, "out", "runtimes", "linux-x64", "native", Library))));
    }

    private static void AssertRepaired(string path) =>
        Assert.IsNull(ElfVersionNeed.Relax(File.ReadAllBytes(path)), $"'{path}' has the need still.");

    private void Run(string command, bool asks, params string[] more)
    {
        var (targets, tool) = (Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Extensions.Core.targets"),
            Path.Combine(AppContext.BaseDirectory, "NativeRepair.dll"));
        File.WriteAllText(Path.Combine(_folder, "Application.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <CopyLocalLockFileAssemblies>true</CopyLocalLockFileAssemblies>
                <RepairTorchSharpNativeLibrary>{(asks ? "true" : "")}</RepairTorchSharpNativeLibrary>
                <RepairTorchSharpNativeLibraryTool>{tool}</RepairTorchSharpNativeLibraryTool>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TorchSharp" Version="0.107.0" />
              </ItemGroup>
              <Import Project="{targets}" />
            </Project>
            """);
        var start = new ProcessStartInfo("dotnet",
            [command, "-o", "out", "-nodeReuse:false", "-v", "q", .. more])
        { WorkingDirectory = _folder, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
    }
}
