using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class WithoutLibtorchTests
{
    private const string Sample = "SequenceClassification";

    // Without a list of its dependencies, the host takes what is in the program's folder, where no libtorch is.
    // Not beside tests that write their programs into that folder and take them away.
    [TestMethod, DoNotParallelize]
    public void Fit_SaysWhichPackageToAdd()
    {
        var folder = Directory.CreateTempSubdirectory("published-").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
                .Append(Path.Combine(AppContext.BaseDirectory, $"{Sample}.runtimeconfig.json")))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
            // TorchSharp would find libtorch in the packages of this machine.
            var run = ChildProcess.Run(Path.Combine(folder, Sample), ["--no-baseline"], _ => { }, environment: ("NUGET_PACKAGES", Path.Combine(folder, "none")));
            Assert.AreEqual(1, run.ExitCode, run.Output);
            Assert.Contains("add the package TorchSharp-cpu", run.ErrorLines.Single());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
