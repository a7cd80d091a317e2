using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class NeuralTangentKernelTrainerTests
{
    private readonly MLContext _ml = new(TrainedSeed.From(1));

    [TestMethod, Trained]
    public void Scores_AreThoseOfTheDenseSolution()
    {
        var (train, test) = (TableRow.Quadrants(60, 1), TableRow.Quadrants(20, 2));
        var scores = Regression(
            train, test, o => (o.Depth, o.Kernel, o.Ridge, o.Scaling) = (2, NetworkKernel.Ntk, 0.05, InputScaling.None));

        using var scope = NewDisposeScope();
        var (support, queries) = (Points(train), Points(test));
        var kernel = new DeepKernel(DualActivation.Relu(), 2, NetworkKernel.Ntk);
        var targets = tensor(train.Select(row => (double)row.Number).ToArray()).unsqueeze(1);
        var among = Values(kernel, support.mm(support.t())).Plus(eye(60, dtype: ScalarType.Float64).Scaled(0.05));
        var expected = Values(kernel, queries.mm(support.t())).mm(linalg.solve(among, targets - targets.mean())).Plus(targets.mean());
        TrainedBound.Near(expected.data<double>().ToArray(), scores.Select(score => (double)score), 1e-5, "difference of scores");
    }

    [TestMethod, Trained]
    public void Defaults_LearnClassesFlagsAndNumbers()
    {
        var (train, test) = (TableRow.Quadrants(300, 1), TableRow.View(_ml, TableRow.Quadrants(300, 2)));
        var data = TableRow.View(_ml, train);
        using var classes = _ml.MulticlassClassification.Trainers.NeuralTangentKernel().Fit(data);
        using var flags = _ml.BinaryClassification.Trainers.NeuralTangentKernel("Flag").Fit(data);
        using var numbers = _ml.Regression.Trainers.NeuralTangentKernel("Number").Fit(data);
        var metrics = _ml.MulticlassClassification.Evaluate(classes.Transform(test));
        // Guessing has .25, .5 and 0; a log loss of 1.39.
        TrainedBound.Above(metrics.MicroAccuracy, 0.8, "accuracy, classes");
        TrainedBound.Below(metrics.LogLoss, 0.35, "log loss");
        TrainedBound.Above(_ml.BinaryClassification.Evaluate(flags.Transform(test), "Flag").Accuracy, 0.8, "accuracy, flags");
        TrainedBound.Above(_ml.Regression.Evaluate(numbers.Transform(test), "Number").RSquared, 0.95, "R squared");
    }

    [TestMethod, Trained]
    public void Weight_IsThatOfAsManyRows()
    {
        var (rows, test) = (TableRow.Quadrants(50, 1), TableRow.Quadrants(20, 2));
        var weighted = rows.Select((row, i) => Weighted(row, 1 + (i % 3))).ToArray();
        var repeated = weighted.SelectMany(row => Enumerable.Range(0, (int)row.Weight).Select(_ => Weighted(row, 1))).ToArray();
        AssertClose(Regression(repeated, test, Fixed), Regression(weighted, test, o =>
        {
            Fixed(o);
            // The penalty is told for a mean weight of 1.
            o.Ridge = 0.01 / weighted.Average(row => row.Weight);
        }), 1e-5);

        void Fixed(NeuralTangentKernelOptions options) =>
            (options.Depth, options.Kernel, options.Ridge, options.Scaling, options.ExampleWeightColumnName) = (
                2, NetworkKernel.Ntk, 0.01, InputScaling.None, "Weight");
    }

    [TestMethod, Trained]
    public void RowsOfTheSamePoint_AreKeptOnce_AndPredictedByTheirMean()
    {
        var rows = TableRow.Quadrants(30, 1);
        var others = rows.Select(row => row.Copy()).ToArray();
        Array.ForEach(others, row => row.Number += 1);
        using var model = Fit([.. rows, .. others], o => (o.Ridge, o.Depth) = (1e-6, 1));
        Assert.AreEqual(30, State(model)["support"].shape[0]);
        AssertClose([.. rows.Select(row => row.Number + 0.5f)], Scores(model, rows), 1e-3);
    }

    [TestMethod, Trained]
    public void ConjugateGradients_GiveTheScoresOfTheFactorisation()
    {
        var (train, test) = (TableRow.Quadrants(1300, 1), TableRow.Quadrants(50, 2));
        var exact = Regression(train, test, o => Design(o, KernelSolver.Cholesky));
        var iterated = Regression(train, test, o => Design(o, KernelSolver.ConjugateGradients));
        AssertClose(exact, iterated, 2e-4);

        static void Design(NeuralTangentKernelOptions options, KernelSolver solver) =>
            (options.Solver, options.Depth, options.Kernel, options.Ridge, options.Scaling, options.Tolerance) = (
                solver, 2, NetworkKernel.Ntk, 0.1, InputScaling.Standardize, 1e-6);
    }

    [TestMethod]
    public void EveryDesign_IsScoredAlikeAfterLoading()
    {
        var (train, test) = (TableRow.View(_ml, TableRow.Quadrants(40, 1)), TableRow.Quadrants(10, 2));
        foreach (var change in new Action<NeuralTangentKernelOptions>[]
        {
            o => o.Scaling = InputScaling.Rank,
            o => (o.NonNegative, o.InputBias) = (true, 0),
            o => (o.Activation, o.Depth) = (KernelActivation.Optimal, 4),
            o => (o.InfiniteDepth, o.NonNegative, o.Activation) = (true, true, KernelActivation.Optimal),
            o => (o.InfiniteDepth, o.NonNegative, o.Activation) = (true, true, KernelActivation.Hermite),
        })
        {
            var options = new NeuralTangentKernelOptions();
            change(options);
            using var model = _ml.MulticlassClassification.Trainers.NeuralTangentKernel(options).Fit(train);
            using var memory = new MemoryStream();
            _ml.Model.Save(model, train.Schema, memory);
            memory.Position = 0;
            var loaded = new MLContext(2).Model.Load(memory, out _);
            var data = TableRow.View(_ml, test);
            foreach (var (before, after) in model.Transform(data).GetColumn<float[]>("Score")
                .Zip(loaded.Transform(data).GetColumn<float[]>("Score")))
            {
                CollectionAssert.AreEqual(before, after);
            }
        }
    }

    [TestMethod]
    public void InfiniteDepthOfASquare_IsTheNearestNeighbour()
    {
        var (train, test) = (TableRow.Quadrants(100, 1, noise: 0), TableRow.Quadrants(200, 2, noise: 0));
        using var model = Infinite(train, o => o.Activation = KernelActivation.Hermite);
        using var scope = NewDisposeScope();
        var nearest = Sphere(test, train).mm(Sphere(train, train).t()).argmax(1).data<long>().ToArray();
        var predicted = model.Transform(TableRow.View(_ml, test)).GetColumn<uint>("PredictedLabel").ToArray();
        CollectionAssert.AreEqual(
            nearest.Select(row => train[row].Class).ToArray(), predicted.Select(key => "abcd"[(int)key - 1].ToString()).ToArray());
    }

    [TestMethod]
    public void InfiniteDepthOfReLU_IsTheMostFrequentClass()
    {
        TableRow[] rows = [.. TableRow.Quadrants(100, 1).OrderByDescending(row => row.Class == "b").Take(60)];
        using var model = Infinite(rows, _ => { });
        var predicted = model.Transform(TableRow.View(_ml, TableRow.Quadrants(50, 2))).GetColumn<uint>("PredictedLabel");
        var frequent = rows.GroupBy(row => row.Class).MaxBy(group => group.Count())!.Key;
        Assert.IsTrue(predicted.All(key => "abcd"[(int)key - 1].ToString() == frequent));
    }

    [TestMethod]
    public void WhatWasChosen_IsReported()
    {
        var lines = new List<string>();
        _ml.Log += (_, message) => lines.Add(message.Message);
        using var finite = Fit(TableRow.Quadrants(60, 1), _ => { });
        using var infinite = Infinite(TableRow.Quadrants(60, 1), o => o.Activation = KernelActivation.Erf);
        Assert.IsTrue(lines.Any(line => line.Contains("60 rows, of which 60 are different, of 3 features", StringComparison.Ordinal)));
        Assert.IsTrue(lines.Any(
            line => line.Contains("depth", StringComparison.Ordinal) && line.Contains("ridge", StringComparison.Ordinal)));
        Assert.IsTrue(lines.Any(line => line.Contains("Infinite depth: SingularKernel", StringComparison.Ordinal)));
    }

    [TestMethod, Trained]
    public void ManyRows_AreSolvedWithTheDesignThatSomeOfThemChose()
    {
        var (train, test) = (TableRow.Quadrants(1500, 1), TableRow.View(_ml, TableRow.Quadrants(500, 2)));
        foreach (var solver in Enum.GetValues<KernelSolver>())
        {
            using var model = _ml.MulticlassClassification.Trainers.NeuralTangentKernel(new NeuralTangentKernelOptions
            {
                Solver = solver,
                Seed = TrainedSeed.From(1),
                Depth = 2,
                Kernel = NetworkKernel.Ntk,
                Scaling = InputScaling.Standardize,
            }).Fit(TableRow.View(_ml, train));
            TrainedBound.Above(_ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy, 0.9, $"accuracy, {solver}");
        }
    }

    [TestMethod]
    [DataRow(KernelSolver.Auto, "different")]
    [DataRow(KernelSolver.Cholesky, "different")]
    [DataRow(KernelSolver.ConjugateGradients, "Conjugate gradients")]
    public void CancelledFit_StopsAndLeavesNoTensorAlive(KernelSolver solver, string message)
    {
        using var source = new CancellationTokenSource();
        _ml.Log += (_, entry) =>
        {
            if (entry.Message.Contains(message, StringComparison.Ordinal))
            {
                source.Cancel();
            }
        };
        var rows = TableRow.View(_ml, TableRow.Quadrants(1300, 1));
        var before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.ThrowsExactly<OperationCanceledException>(() => _ml.Regression.Trainers.NeuralTangentKernel(new NeuralTangentKernelOptions
        {
            LabelColumnName = "Number",
            Depth = 1,
            Ridge = 0.1,
            Solver = solver,
            CancellationToken = source.Token,
        }).Fit(rows));
        Assert.AreEqual(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void RowsWithoutDirection_AreRefusedByRow_WhereThereIsNoBias()
    {
        var rows = TableRow.Quadrants(20, 1);
        rows[7].Features = new float[3];
        var e = Assert.ThrowsExactly<InvalidDataException>(() => Fit(rows, o => (o.InputBias, o.Scaling) = (0, InputScaling.None)));
        StringAssert.Contains(e.Message, "Row 7");
        StringAssert.Contains(e.Message, "InputBias");
        using var model = Fit(rows, o => o.Scaling = InputScaling.None);
        Assert.IsTrue(Scores(model, rows).All(float.IsFinite));
    }

    [TestMethod, Trained]
    public void FeaturesThatAreAllConstant_GiveTheMean()
    {
        var rows = TableRow.Quadrants(20, 1);
        Array.ForEach(rows, row => row.Features = [1, 2, 3]);
        using var model = Fit(rows, _ => { });
        AssertClose([.. rows.Select(_ => rows.Average(row => row.Number))], Scores(model, rows), 1e-5);
    }

    // The kernel of points this near each other has, to double precision, fewer dimensions than rows.
    [TestMethod]
    public void RidgeOfZero_BecomesTheLeastThatCanBeSolved()
    {
        var rows = Enumerable.Range(0, 400).Select(i => new TableRow { Features = [i / 400f], Number = MathF.Sin(i / 40f) }).ToArray();
        var scores = Regression(rows, rows, o =>
            (o.Activation, o.Depth, o.Ridge, o.Kernel, o.Scaling) = (KernelActivation.Erf, 1, 0, NetworkKernel.Nngp, InputScaling.None));
        AssertClose([.. rows.Select(row => row.Number)], scores, 1e-2);
    }

    [TestMethod]
    [DataRow(KernelSolver.Cholesky, "choose Solver ConjugateGradients or raise the limit")]
    [DataRow(KernelSolver.ConjugateGradients, "set Landmarks lower or raise the limit")]
    public void MemoryThatDoesNotDo_IsRefusedWithWhatIsNeededAndWhatToDo(KernelSolver solver, string advice)
    {
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(TableRow.Quadrants(1600, 1), o =>
            (o.Solver, o.MemoryLimitMegabytes, o.Landmarks, o.Depth, o.Ridge, o.Scaling, o.Kernel) = (
                solver, 17, 1200, 1, 0.1, InputScaling.None, NetworkKernel.Ntk)));
        StringAssert.Contains(e.Message, $"Solver {solver} needs");
        StringAssert.Contains(e.Message, "allows 17");
        StringAssert.Contains(e.Message, advice);
    }

    [TestMethod]
    [DataRow("Depth is -1", "Depth")]
    [DataRow("Coefficient 0 of the dual is -1", "Coefficients")]
    [DataRow("IntrinsicDimension is 0.5", "IntrinsicDimension")]
    [DataRow("NonNegative is false", "InfiniteDepth")]
    [DataRow("kernel tends to 1", "Ordered")]
    public void OptionsThatContradict_AreRefused(string fragment, string what)
    {
        var options = new NeuralTangentKernelOptions();
        switch (what)
        {
            case "Depth":
                options.Depth = -1;
                break;
            case "Coefficients":
                (options.Activation, options.Coefficients) = (KernelActivation.Polynomial, [-1, 2]);
                break;
            case "IntrinsicDimension":
                options.IntrinsicDimension = 0.5;
                break;
            case "InfiniteDepth":
                (options.InfiniteDepth, options.Activation) = (true, KernelActivation.Erf);
                break;
            default:
                (options.InfiniteDepth, options.NonNegative, options.BiasVariance) = (true, true, 0.5);
                break;
        }
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => _ml.MulticlassClassification.Trainers.NeuralTangentKernel(options)).Message, fragment);
    }

    [TestMethod]
    public void InfiniteDepthForNumbers_IsRefused()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.Regression.Trainers.NeuralTangentKernel(new NeuralTangentKernelOptions { InfiniteDepth = true }));
        StringAssert.Contains(e.Message, "set it to false");
    }

    private NetworkTransformer Fit(TableRow[] rows, Action<NeuralTangentKernelOptions> change)
    {
        var options = new NeuralTangentKernelOptions { LabelColumnName = "Number", Seed = TrainedSeed.From(1) };
        change(options);
        return _ml.Regression.Trainers.NeuralTangentKernel(options).Fit(TableRow.View(_ml, rows));
    }

    private NetworkTransformer Infinite(TableRow[] rows, Action<NeuralTangentKernelOptions> change)
    {
        var options = new NeuralTangentKernelOptions { InfiniteDepth = true, NonNegative = true };
        change(options);
        return _ml.MulticlassClassification.Trainers.NeuralTangentKernel(options).Fit(TableRow.View(_ml, rows));
    }

    private float[] Scores(NetworkTransformer model, TableRow[] rows) =>
        [.. model.Transform(TableRow.View(_ml, rows)).GetColumn<float>("Score")];

    private float[] Regression(TableRow[] train, TableRow[] test, Action<NeuralTangentKernelOptions> change)
    {
        using var model = Fit(train, change);
        return Scores(model, test);
    }

    private static Dictionary<string, Tensor> State(NetworkTransformer model) => model.Model.Network.state_dict();

    private static TableRow Weighted(TableRow row, float weight)
    {
        var copy = row.Copy();
        copy.Weight = weight;
        return copy;
    }

    // Features over the root of their number, a bias of 1, norm 1.
    private static Tensor Points(TableRow[] rows)
    {
        var width = rows[0].Features.Length;
        var features = tensor(
            rows.SelectMany(row => row.Features).Select(value => value / Math.Sqrt(width)).ToArray(), [rows.Length, width]);
        var points = cat([features, ones(rows.Length, 1, ScalarType.Float64)], 1);
        return points / points.Squared().sum(1, keepdim: true).sqrt();
    }

    private static Tensor Sphere(TableRow[] rows, TableRow[] train)
    {
        var width = rows[0].Features.Length;
        var map = SphereMap.Of([.. train.SelectMany(row => row.Features)], width, InputScaling.Standardize, 1, nonNegative: true);
        return tensor(rows.SelectMany(row =>
        {
            var point = new double[map.Coordinates];
            map.Map(row.Features, point);
            return point;
        }).ToArray(), [rows.Length, map.Coordinates]);
    }

    private static Tensor Values(IKernelFunction kernel, Tensor products)
    {
        var values = products.contiguous();
        kernel.Apply(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(values.bytes));
        return values;
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance) =>
        TrainedBound.Near(expected.Select(score => (double)score), actual.Select(score => (double)score), tolerance,
            "difference of scores");
}
