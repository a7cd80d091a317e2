using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>The trainers that the tool knows, and the search over their options.</summary>
[TestClass]
public sealed class TrainerListTests
{
    private static readonly Screen s_screen = new(TextWriter.Null, TextWriter.Null);

    public static IEnumerable<string> Searched => TrainerList.All.Where(entry => entry.Options is not null).Select(entry => entry.Name);

    [TestMethod]
    public void Candidates_FitTheData()
    {
        var table = new DataSet("t.csv", new TableView([]), [new("a", 0, ColumnKind.Number, false, 0, 2, "1")], "y", null, 100, 0);
        string[] Names(TaskName task, DataSet data) => [.. TrainerList.Candidates(task, data).Select(entry => entry.Name)];
        CollectionAssert.AreEqual(new[] { "LightGbm", "NeuralTangentKernel", "DeepNetwork" }, Names(TaskName.Regression, table));
        CollectionAssert.AreEqual(new[] { "LightGbm", "DeepNetwork" }, Names(TaskName.Classification, table with { Rows = 5001 }));
        CollectionAssert.AreEqual(new[] { "ParaRnn", "Lssl" }, Names(TaskName.Forecasting, table));
        CollectionAssert.AreEqual(new[] { "LightGbm", "NumericRanking" }, Names(TaskName.Ranking, table));
        var series = table with { Columns = [new("Features", 0, ColumnKind.Series, false, 0, null, "")] };
        CollectionAssert.AreEqual(new[] { "RandomConvolution", "ParaRnn" }, Names(TaskName.Classification, series));
        Assert.Contains("DeepNetwork reads tables, and t.csv holds series; take one of RandomConvolution",
            Assert.ThrowsExactly<UsageException>(() => TrainerList.Find("DeepNetwork", TaskName.Classification, series)).Message);
        var text = table with { Columns = [new("color", 0, ColumnKind.Category, true, 0, 2, "red")] };
        Assert.Contains("column 'color' is text", Assert.ThrowsExactly<UsageException>(() => TrainerList.Find("ParaRnn", TaskName.Regression, text)).Message);
    }

    [TestMethod]
    [DynamicData(nameof(Searched))]
    public void DrawnOptions_AreAllowed_AndDiffer(string name)
    {
        var entry = TrainerList.All.Single(entry => entry.Name == name);
        var task = name == "NumericRanking" ? TaskName.Ranking : TaskName.Classification;
        var space = new OptionSpace(entry.Options!().GetType());
        var (random, drawn) = (new Random(1), new HashSet<string>());
        for (var draw = 0; draw < 10; draw++)
        {
            var settings = space.Draw(random, []);
            drawn.Add(string.Join(' ', settings));
            var request = new TrainRequest(task, "Label", "Query", settings);
            var plan = new TrainerPlan(entry, request, entry.Configure(request), TrainerEntry.ConfigureForecast(request));
            Assert.IsNotNull(entry.Creators[task](new MLContext(1), plan));
        }
        Assert.IsGreaterThan(1, drawn.Count);
    }

    [TestMethod]
    public void OptionsOfTheUser_AreNotDrawn()
    {
        var space = new OptionSpace(typeof(Kernels.DeepNetworkOptions));
        CollectionAssert.IsSubsetOf(new[] { "Depth", "Width", "Dropout", "Training.LearningRate" }, space.Names.ToArray());
        Assert.IsFalse(space.Draw(new Random(1), ["depth = 2"]).Any(setting => setting.StartsWith("Depth=", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Sweep_TrainsWithTheBestTrial()
    {
        using var folder = new ToolFolder();
        var train = folder.WriteLines("t.csv", ToolData.Classes(50));
        string[] args = ["sweep", "classification", "-d", train, "--trials", "3", "-o", folder.Path];
        var output = ToolFolder.Succeed([.. args, "--folds", "2", "--trainer", "NeuralTangentKernel", "--set", "Depth=1"]);
        var trials = output.Split('\n').Where(line => line.StartsWith("accuracy 0.", StringComparison.Ordinal) || line.StartsWith("accuracy 1.", StringComparison.Ordinal)).ToArray();
        Assert.HasCount(3, trials);
        Assert.Contains("the defaults", trials[0]);
        Assert.Contains("InputBias=", trials[1]);
        var best = trials.MaxBy(line => line.Split(':')[0])!.Split(": ")[1].Trim();
        var report = File.ReadAllText(folder.Of("T/report.md"));
        Assert.AreEqual(best != "the defaults", report.Contains("InputBias = ", StringComparison.Ordinal));
        Assert.Contains("Depth = 1", report);
        Assert.Contains("'sweep' needs --trainer", ToolFolder.Fail([.. args, "--name", "u"]));
        Assert.Contains("--folds is 1; it must be at least 2", ToolFolder.Fail([.. args, "--name", "v", "--trainer", "DeepNetwork", "--folds", "1"]));
    }

    [TestMethod]
    public void WhatOneTrainerOrTrialCannotDo_DoesNotEndTheOthers()
    {
        using var folder = new ToolFolder();
        var data = DataFile.ForTraining(new MLContext(1), folder.WriteLines("t.csv", ToolData.Classes(40)), new(), TaskName.Classification, null, null);
        var request = new TrainRequest(TaskName.Classification, "class", null, []);
        var good = TrainerList.Find("NeuralTangentKernel", TaskName.Classification, data);
        TrainerEntry Failing(Func<TrainerPlan, bool> fails) => good with
        {
            Name = "Diverges",
            Creators = new Dictionary<TaskName, Func<MLContext, TrainerPlan, IEstimator<ITransformer>>>
            {
                [TaskName.Classification] = (ml, plan) => fails(plan) ? throw new InvalidOperationException("It diverged [1].") : good.Creators[TaskName.Classification](ml, plan),
            },
        };
        var training = new Training(1, request, s_screen, default);
        var trials = training.Try([training.Plan(Failing(_ => true)), training.Plan(good)], data, TimeSpan.FromMinutes(1)).Select(tried => tried.Trial).ToArray();
        Assert.AreEqual((null, "It diverged [1]."), (trials[0].Evaluation, trials[0].Note));
        Assert.IsNotNull(trials[1].Evaluation);

        var defaults = Failing(plan => ((Kernels.NeuralTangentKernelOptions)plan.Options!).InputBias != new Kernels.NeuralTangentKernelOptions().InputBias);
        var searched = new OptionSearch(1, request, defaults, s_screen, default).Run(data, 2, 2, TimeSpan.FromMinutes(1)).ToArray();
        Assert.IsTrue(searched[0].Metric > 0.5);
        Assert.AreEqual((null, "It diverged [1]."), (searched[1].Metric, searched[1].Obstacle));
        Assert.ThrowsExactly<InvalidOperationException>(() => new OptionSearch(1, request, Failing(_ => true), s_screen, default).Run(data, 2, 2, TimeSpan.FromMinutes(1)).ToArray());
    }
}
