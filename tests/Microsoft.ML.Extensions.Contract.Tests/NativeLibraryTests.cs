using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Programs of strangers find TorchSharp's native library, whoever hosts them and wherever they may write.</summary>
[TestClass]
public sealed class NativeLibraryTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("native-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("Runtime")]
    [DataRow("Host")]
    public void PlugIn_InALoadContextOfItsOwn_Scores(string loading)
    {
        var files = Save();
        var alone = ChildProcess.Run("ModelConsumer", files);
        var plugIn = ChildProcess.Run("PluginHost", [loading, Path.Combine(AppContext.BaseDirectory, "ModelConsumer.dll"), .. files]);
        Assert.AreEqual(0, plugIn.ExitCode, plugIn.Errors);
        Assert.AreEqual(alone.Output, plugIn.Output);
        Assert.IsGreaterThan(0, alone.Output.Length);
    }

    [TestMethod]
    public void Program_WithoutAHome_Scores()
    {
        var nowhere = Path.Combine("/proc", "nowhere");
        AssertScores(("HOME", nowhere), ("XDG_DATA_HOME", "relative"), ("XDG_CACHE_HOME", "relative"));
        Assert.IsFalse(Directory.Exists("relative"));
    }

    [TestMethod]
    public void Program_LeavesNoLibraryBehind()
    {
        var home = Directory.CreateDirectory(Path.Combine(_folder, "home")).FullName;
        AssertScores(("HOME", home), ("XDG_DATA_HOME", home), ("XDG_CACHE_HOME", home), ("TMPDIR", home));
        // ML.NET's own folders for a model that it loads stay where it is not disposed.
        Assert.IsEmpty(Directory.GetFiles(home, "*.so", SearchOption.AllDirectories));
    }

    private void AssertScores(params (string Name, string Value)[] environment)
    {
        var result = ChildProcess.Run("ModelConsumer", Save(), _ => { }, environment: environment);
        Assert.AreEqual(0, result.ExitCode, result.Errors);
    }

    private string[] Save()
    {
        var saved = new SavedModel(TrainerCases.Named("NeuralTangentKernel, regression"));
        var (model, rows) = (Path.Combine(_folder, "model.zip"), Path.Combine(_folder, "rows.idv"));
        File.WriteAllBytes(model, saved.File);
        using var stream = File.Create(rows);
        saved.Context.Data.SaveAsBinary(saved.Data, stream);
        return [model, rows];
    }
}
