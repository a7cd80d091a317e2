using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Xml.Linq;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>The C# of a training compiles, and does what the tool did.</summary>
[TestClass]
public sealed class GeneratedCodeTests
{
    private readonly ToolFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public void Classification_TrainsEvaluatesAndPredictsTheSame()
    {
        var train = _folder.WriteLines("t.csv", ToolData.Classes(60));
        var output = ToolFolder.Succeed("train", "classification", "-d", train, "--trainer", "NeuralTangentKernel", "--set", "Depth=2", "--set",
            "Ridge=0.01", "-o", _folder.Path);
        var code = new GeneratedProgram(_folder.Of("T"));
        Assert.Contains($"accuracy: {code.Metric("MicroAccuracy"):0.######}", output);
        var model = _folder.Of("T/T.zip");
        var (rows, retrained) = (_folder.Of("T/T.test.csv"), _folder.Of("retrained.zip"));
        code.Train(retrained);
        var ml = new MLContext(1);
        // ML.NET's reader of numbers may round the last bit otherwise.
        foreach (var (tool, program) in Scores(ml, model, rows).Zip(Scores(ml, retrained, rows)))
        {
            Assert.AreEqual(tool, program, 1e-3f);
        }
        Assert.AreEqual(ToolFolder.Succeed("predict", "-m", model, "-d", _folder.Of("T/T.train.csv")).Split('\n')[1].Split(',')[1], code.PredictExample("PredictedLabel"));
    }

    // Names of columns that are no names of C#, or those of the generated classes; the file itself is read, with its dialect.
    [TestMethod]
    public void Regression_ReadsTheFileItself_WithItsDialect()
    {
        string[] Table(int seed) => [.. ToolData.Numbers(40, seed).Skip(1).Select(line => line.Replace(',', ';').Replace('.', ',')).Prepend("1st;Model Input;Label \"x\"")];
        var (train, test) = (_folder.WriteLines("t.csv", Table(1)), _folder.WriteLines("u.csv", Table(2)));
        ToolFolder.Succeed("train", "regression", "-d", train, "--test-dataset", test, "--decimal-comma", "--trainer", "LightGbm", "-o", _folder.Path);
        Assert.IsFalse(File.Exists(_folder.Of("T/T.train.csv")));
        var code = new GeneratedProgram(_folder.Of("T"));
        Assert.IsTrue(double.IsFinite(code.Metric("RootMeanSquaredError")));
        Assert.IsTrue(float.IsFinite((float)code.PredictExample("Score")!));
        Assert.IsNotNull(code.Input.GetProperty("_1st"));
        Assert.IsNotNull(code.Input.GetProperty("ModelInput2"));
    }

    [TestMethod]
    public void Series_Forecasts_AndRankings_Compile()
    {
        var series = _folder.WriteLines("s.ts", ToolData.Series(20));
        ToolFolder.Succeed("train", "classification", "-d", series, "--trainer", "RandomConvolution", "--set", "Features=168", "-o", _folder.Path);
        Assert.AreEqual("up", new GeneratedProgram(_folder.Of("S")).PredictExample("PredictedLabel"));

        var wave = _folder.WriteLines("w.csv", ToolData.Wave(120));
        ToolFolder.Succeed("train", "forecasting", "-d", wave, "--horizon", "4", "--trainer", "ParaRnn", "--set", "Forecast.LinearOnly=true", "--set",
            "EnsembleSize=1", "-o", _folder.Path);
        var forecast = new GeneratedProgram(_folder.Of("W"));
        Assert.IsLessThan(0.1, forecast.Metric("MeanAbsoluteError"));
        Assert.HasCount(4, forecast.ForecastSeries());

        var rows = Enumerable.Range(0, 80).Select(row => $"q{row / 8},{row % 8},{row % 3}");
        ToolFolder.Succeed("train", "ranking", "-d", _folder.WriteLines("r.csv", rows.Prepend("query,match,relevance")), "--group-col", "query", "--trainer",
            "LightGbm", "-o", _folder.Path);
        Assert.IsTrue(double.IsFinite(new GeneratedProgram(_folder.Of("R")).Metric("NormalizedDiscountedCumulativeGains")));
    }

    [TestMethod]
    public void Project_NamesPackagesThatExist()
    {
        var train = _folder.WriteLines("t.csv", ToolData.Numbers(40));
        ToolFolder.Succeed("train", "regression", "-d", train, "--trainer", "NeuralTangentKernel", "-o", _folder.Path);
        var references = XDocument.Load(_folder.Of("T/T.csproj")).Descendants("PackageReference")
            .ToDictionary(reference => reference.Attribute("Include")!.Value, reference => reference.Attribute("Version")!.Value);
        CollectionAssert.AreEquivalent(new[] { "Microsoft.ML", "Microsoft.ML.Extensions.Kernels", "TorchSharp-cpu" }, references.Keys);
        foreach (var version in references.Values)
        {
            Assert.MatchesRegex(@"^\d+\.\d+\.\d+$", version);
        }
    }

    private static float[] Scores(MLContext ml, string model, string rows)
    {
        var loaded = ml.Model.Load(model, out _);
        var loader = ml.Data.CreateTextLoader(new TextLoader.Options
        {
            Columns = [new("first value", DataKind.Single, 0), new("second", DataKind.Single, 1), new("kind", DataKind.String, 2), new("class", DataKind.String, 3)],
            Separators = [','],
            HasHeader = true,
            AllowQuoting = true,
            MissingRealsAsNaNs = true,
        });
        float[] scores = [.. loaded.Transform(loader.Load(rows)).GetColumn<float[]>("Score").SelectMany(row => row)];
        Assert.HasCount(24, scores);
        return scores;
    }

    /// <summary>A generated project, compiled and loaded.</summary>
    private sealed class GeneratedProgram
    {
        private readonly Assembly _assembly;
        private readonly string _space;
        private readonly string _folder;

        public GeneratedProgram(string folder)
        {
            _folder = folder;
            using var image = Compilation.Of(folder);
            _assembly = AssemblyLoadContext.Default.LoadFromStream(image);
            _space = _assembly.GetTypes().Single(type => type.Name == "Consumption").Namespace!;
            Type("Consumption").GetProperty("ModelFile")!.SetValue(null, Directory.GetFiles(folder, "*.zip").Single());
        }

        public Type Input => Type("ModelInput");

        public void Train(string modelFile) => (Invoke("Training", "Train", Constant("DataFile"), modelFile, 1) as IDisposable)?.Dispose();

        public double Metric(string name)
        {
            using var text = new StringWriter();
            Invoke("Evaluation", "Evaluate", Directory.GetFiles(_folder, "*.zip").Single(), Constant("TestFile"), text);
            return double.Parse(text.ToString().Split('\n').Single(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split(": ")[1],
                CultureInfo.InvariantCulture);
        }

        public object? PredictExample(string column)
        {
            var output = Invoke("Consumption", "Predict", Invoke("Consumption", "Example")!)!;
            return output.GetType().GetProperty(column)!.GetValue(output);
        }

        public float[] ForecastSeries()
        {
            var ml = new MLContext(1);
            var view = (IDataView)Invoke("Training", "Load", ml, Constant("DataFile"))!;
            var series = typeof(DataOperationsCatalog).GetMethods().First(method => method.Name == "CreateEnumerable").MakeGenericMethod(Input)
                .Invoke(ml.Data, [view, false, false, null]);
            var output = Invoke("Consumption", "Forecast", series!)!;
            return (float[])output.GetType().GetProperty("Score")!.GetValue(output)!;
        }

        private string Constant(string name) => (string)Type("Training").GetField(name)!.GetRawConstantValue()!;

        private object? Invoke(string type, string method, params object[] arguments) => Type(type).GetMethod(method)!.Invoke(null, arguments);

        private Type Type(string name) => _assembly.GetType($"{_space}.{name}", throwOnError: true)!;
    }
}
