using System.Globalization;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>From a file to a model, and back to predictions.</summary>
[TestClass]
public sealed class TrainTests
{
    private readonly ToolFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public void Classification_WritesAModelThatEvaluatesAndPredicts()
    {
        var (train, test) = (_folder.WriteLines("shop data.csv", ToolData.Classes(120)), _folder.WriteLines("test.csv", ToolData.Classes(60, 2)));
        var output = ToolFolder.Succeed("train", "classification", "--dataset", train, "--test-dataset", test, "--label-col", "class",
            "--trainer", "NeuralTangentKernel", "--set", "Depth=1", "-o", _folder.Path);
        Assert.Contains("first value", output);
        Assert.Contains("category", output);
        Assert.IsGreaterThan(0.85, Figure(output, "accuracy"));
        var model = _folder.Of("ShopData/ShopData.zip");

        var evaluated = ToolFolder.Succeed("evaluate", "--model", model, "--dataset", test);
        Assert.AreEqual(Figure(output, "accuracy"), Figure(evaluated, "accuracy"));
        Assert.AreEqual(60, Figure(evaluated, "rows"));

        // Without a label, with a column that the model does not know, and with the columns in another order.
        var rows = _folder.Write("new.csv", "kind;more;second;first value\nblue;1;1.9;1.8\n\"red, dark\";2;-1.9;\n");
        var predicted = ToolFolder.Succeed("predict", "--model", model, "--dataset", rows).Split('\n');
        Assert.AreEqual("row,PredictedLabel,Score.no,Score.yes", predicted[0].Trim());
        StringAssert.StartsWith(predicted[1], "1,yes,");
        StringAssert.StartsWith(predicted[2], "2,no,");

        var info = ToolFolder.Succeed("info", "--model", model);
        Assert.Contains("ShopData: classification of 'class' by NeuralTangentKernel, trained on 120 rows", info);
        Assert.Contains("Scores with libtorch.", info);

        var report = File.ReadAllText(_folder.Of("ShopData/report.md"));
        Assert.Contains("| accuracy |", report);
        Assert.Contains("new NeuralTangentKernelOptions { Depth = 1, LabelColumnName = \"class\" }", report);
    }

    [TestMethod]
    public void Regression_ByDeepNetwork_ScoresWithoutLibtorch()
    {
        var train = _folder.WriteLines("houses.tsv", ToolData.Numbers(80).Select(line => line.Replace(',', '\t')));
        var output = ToolFolder.Succeed("train", "regression", "-d", train, "--trainer", "deepnetwork", "--set", "Training.Epochs=3", "--set",
            "EnsembleSize=1", "--name", "prices", "-o", _folder.Path);
        Assert.Contains("64 rows to learn from, 16 to measure on", output);
        Assert.IsGreaterThan(0, Figure(output, "rmse"));
        Assert.Contains("Scores without libtorch.", ToolFolder.Succeed("info", "-m", _folder.Of("Prices/Prices.zip")));
        var predictions = _folder.Of("predictions.csv");
        Assert.Contains("80 predictions are in", ToolFolder.Succeed("predict", "-m", _folder.Of("Prices/Prices.zip"), "-d", train, "-o", predictions));
        var lines = File.ReadAllLines(predictions);
        Assert.HasCount(81, lines);
        Assert.AreEqual("row,Score", lines[0]);
    }

    // The label is a sum, of which trees of 32 rows know little; a kernel is solved in a moment.
    [TestMethod]
    public void WithoutATrainer_SeveralAreTried_AndTheBestIsTaken()
    {
        var output = ToolFolder.Succeed("train", "regression", "-d", _folder.WriteLines("t.csv", ToolData.Numbers(50)), "--train-time", "20", "-o",
            _folder.Path);
        Assert.Contains("rmse on validation rows", output);
        foreach (var name in new[] { "LightGbm", "NeuralTangentKernel", "DeepNetwork" })
        {
            Assert.Contains($"| {name} |", File.ReadAllText(_folder.Of("T/report.md")));
        }
        Assert.DoesNotContain("trainer: LightGbm", output);
        Assert.IsGreaterThan(0.9, Figure(output, "r_squared"));
    }

    [TestMethod]
    public void Series_AreClassified()
    {
        var (train, test) = (_folder.WriteLines("S_TRAIN.ts", ToolData.Series(30)), _folder.WriteLines("S_TEST.ts", ToolData.Series(10, 2)));
        var output = ToolFolder.Succeed("train", "classification", "-d", train, "--test-dataset", test, "--trainer", "RandomConvolution", "--set",
            "Features=168", "--name", "s", "-o", _folder.Path);
        Assert.AreEqual(1, Figure(output, "accuracy"));
        Assert.Contains("1,up,", ToolFolder.Succeed("predict", "-m", _folder.Of("S/S.zip"), "-d", test));
        Assert.Contains("The model reads series from a .ts file",
            ToolFolder.Fail("predict", "-m", _folder.Of("S/S.zip"), "-d", _folder.WriteLines("t.csv", ToolData.Numbers(3))));
    }

    [TestMethod]
    public void Forecasting_ContinuesASeries()
    {
        var series = _folder.WriteLines("visits.csv", ToolData.Wave(200));
        var output = ToolFolder.Succeed("train", "forecasting", "-d", series, "--label-col", "visitors", "--horizon", "4", "--history", "16", "--trainer",
            "ParaRnn", "--set", "Forecast.LinearOnly=true", "--set", "EnsembleSize=1", "-o", _folder.Path);
        Assert.IsLessThan(0.05, Figure(output, "mae"));
        Assert.IsLessThan(0.2, Figure(output, "mase"));
        var lines = ToolFolder.Succeed("predict", "-m", _folder.Of("Visits/Visits.zip"), "-d", series).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(5, lines);
        Assert.AreEqual("step,visitors", lines[0].Trim());
        for (var step = 1; step <= 4; step++)
        {
            Assert.AreEqual(10 + Math.Sin((199 + step) * Math.PI / 4), double.Parse(lines[step].Split(',')[1], CultureInfo.InvariantCulture), 0.05);
        }
    }

    [TestMethod]
    public void Ranking_OrdersTheRowsOfAQuery()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 240).Select(row =>
        {
            var match = random.NextDouble();
            return string.Create(CultureInfo.InvariantCulture, $"q{row / 8},{match:f4},{random.NextDouble():f4},{(int)(match * 3)}");
        });
        var train = _folder.WriteLines("search.csv", rows.Prepend("query,match,noise,relevance"));
        var output = ToolFolder.Succeed("train", "ranking", "-d", train, "--label-col", "relevance", "--group-col", "query", "--trainer", "NumericRanking",
            "--set", "Training.Epochs=20", "--set", "EnsembleSize=1", "-o", _folder.Path);
        Assert.IsGreaterThan(0.9, Figure(output, "ndcg_at_10"));
        Assert.Contains("row,Score", ToolFolder.Succeed("predict", "-m", _folder.Of("Search/Search.zip"), "-d", train));
        Assert.Contains("needs --group-col", ToolFolder.Fail("train", "ranking", "-d", train, "--name", "other", "-o", _folder.Path));
    }

    [TestMethod]
    public void SameSeed_GivesTheSameModel()
    {
        var train = _folder.WriteLines("t.csv", ToolData.Numbers(40));
        string[] Predictions(string name)
        {
            ToolFolder.Succeed("train", "regression", "-d", train, "--trainer", "DeepNetwork", "--set", "Training.Epochs=2", "--set", "EnsembleSize=1",
                "--name", name, "-o", _folder.Path);
            return ToolFolder.Succeed("predict", "-m", _folder.Of($"{name}/{name}.zip"), "-d", train).Split('\n');
        }
        CollectionAssert.AreEqual(Predictions("One"), Predictions("Two"));
    }

    [TestMethod]
    public void WrongArguments_AreRefusedInOneLine_BeforeTraining()
    {
        var train = _folder.WriteLines("t.csv", ToolData.Numbers(40));
        string Fail(params string[] args) => ToolFolder.Fail(["train", "regression", "-d", train, "-o", _folder.Path, .. args]);
        Assert.Contains("for regression allowed is one of LightGbm, NeuralTangentKernel", Fail("--trainer", "Forest"));
        Assert.Contains("NeuralTangentKernelOptions has no option 'Dept'; the nearest are Depth", Fail("--trainer", "NeuralTangentKernel", "--set", "Dept=2"));
        Assert.Contains("Depth is 'x'; allowed is a whole number, 0 to 1000", Fail("--trainer", "NeuralTangentKernel", "--set", "Depth=x"));
        Assert.Contains("--set needs --trainer", Fail("--set", "Depth=2"));
        Assert.Contains("LightGbm is used with its defaults", Fail("--trainer", "LightGbm", "--set", "Depth=2"));
        Assert.Contains("--train-time is 0; it must be at least 1", Fail("--train-time", "0"));
        Assert.Contains("There is no '--trainr' in 'mlx train regression'; the nearest are --trainer", Fail("--trainr", "x"));
        Assert.Contains("has no column 'price', which is the model's label; the nearest are prize",
            Fail("--test-dataset", _folder.Write("u.csv", "a,b,prize\n1,2,3\n")));
        Assert.Contains("There is no 'trian' in 'mlx'; the nearest are train", ToolFolder.Fail("trian"));
        Assert.Contains("is one of comma, semicolon, tab, bar, space", Fail("--separator", "dot"));
    }

    [TestMethod]
    public void FilesOfAnEarlierTraining_AreReplacedOnlyByForce()
    {
        var train = _folder.WriteLines("t.csv", ToolData.Numbers(40));
        string[] args = ["train", "regression", "-d", train, "--trainer", "NeuralTangentKernel", "-o", _folder.Path];
        ToolFolder.Succeed(args);
        Assert.Contains("has files; take another --name or -o, or replace them with --force", ToolFolder.Fail(args));
        ToolFolder.Succeed([.. args, "--force"]);
    }

    [TestMethod]
    public void ModelFiles_ThatAreNone_OrNewer_AreRefused()
    {
        var text = _folder.Write("m.zip", "no model");
        Assert.Contains("is no model file", ToolFolder.Fail("info", "-m", text));
        Assert.Contains("there is no file", ToolFolder.Fail("info", "-m", _folder.Of("none.zip")));
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable([new Row { A = 1 }]);
        var model = ml.Transforms.CopyColumns("B", "A").Fit(data);
        ml.Model.Save(model, data.Schema, _folder.Of("own.zip"));
        Assert.Contains("was not written by 'mlx train'", ToolFolder.Fail("info", "-m", _folder.Of("own.zip")));
        ModelStore.Save(ml, _folder.Of("newer.zip"), model, data.Schema, new ModelDescription { Version = 2 });
        Assert.Contains("was written by a newer version of mlx (description 2; this one reads up to 1)", ToolFolder.Fail("info", "-m", _folder.Of("newer.zip")));
    }

    [TestMethod]
    public void Data_ThatDoesNotFitTheModel_IsRefused()
    {
        var train = _folder.WriteLines("t.csv", ToolData.Classes(40));
        ToolFolder.Succeed("train", "classification", "-d", train, "--trainer", "NeuralTangentKernel", "-o", _folder.Path);
        var model = _folder.Of("T/T.zip");
        string Fail(string text) => ToolFolder.Fail("evaluate", "-m", model, "-d", _folder.Write("u.csv", text));
        Assert.Contains("has no column 'second', which the model reads; the nearest are secnd", Fail("first value,secnd,kind,class\n1,2,blue,yes\n"));
        Assert.Contains("line 2: there is 'much' in column 'second', for which the model asks a number", Fail("first value,second,kind,class\n1,much,blue,yes\n"));
        Assert.Contains("has no column 'class', which is the model's label", Fail("first value,second,kind\n1,2,blue\n"));
        Assert.Contains("1 rows have a class that the model has not learned, first 'maybe'; it knows no, yes", Fail("first value,second,kind,class\n1,2,blue,maybe\n"));
    }

    [TestMethod]
    public void Export_WritesOnnx_OrSaysWhyNot()
    {
        var train = _folder.WriteLines("t.csv", ToolData.Numbers(40));
        ToolFolder.Succeed("train", "regression", "-d", train, "--trainer", "DeepNetwork", "--set", "Training.Epochs=1", "--set", "EnsembleSize=1", "-o",
            _folder.Path);
        ToolFolder.Succeed("export", "-m", _folder.Of("T/T.zip"), "-d", train, "-o", _folder.Of("t.onnx"));
        Assert.IsGreaterThan(100, new FileInfo(_folder.Of("t.onnx")).Length);
        var classes = _folder.WriteLines("c.csv", ToolData.Classes(40));
        ToolFolder.Succeed("train", "classification", "-d", classes, "--trainer", "NeuralTangentKernel", "--set", "InfiniteDepth=true", "--name", "k", "-o", _folder.Path);
        Assert.Contains("cannot be written as ONNX", ToolFolder.Fail("export", "-m", _folder.Of("K/K.zip"), "-d", classes, "-o", _folder.Of("k.onnx")));
        Assert.IsFalse(File.Exists(_folder.Of("k.onnx")));
    }

    private static double Figure(string output, string name) => double.Parse(
        output.Split('\n').Single(line => line.StartsWith($"{name}: ", StringComparison.Ordinal)).Split(": ")[1], CultureInfo.InvariantCulture);

    private sealed class Row
    {
        public float A { get; set; }
    }
}
