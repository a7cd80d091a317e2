using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Transformer;

/// <summary>The claims about one layer, as numbers: routing, approximation with places, and what is impossible without them.</summary>
[TestClass]
public sealed class TransformerApproximatorTests
{
    private static readonly Dictionary<string, Func<double[,], double[,]>> Named = new()
    {
        [nameof(Targets.Reverse)] = Targets.Reverse,
        [nameof(Targets.Max)] = Targets.Max,
        [nameof(Targets.Sort)] = Targets.Sort,
    };

    [TestMethod, Trained]
    [DataRow(2, 1, 0.0)]
    [DataRow(2, 1, 5.0)]
    [DataRow(4, 2, 5.0)]
    [DataRow(8, 4, 10.0)]
    [DataRow(4, 1, 20.0)]
    public void RoutingError_KeepsItsBound_AndComesNearIt(int steps, int channels, double beta)
    {
        var domain = new SequenceBox(steps, channels, -2, 2);
        using var approximation = Approximate(Targets.Max, domain, new() { Beta = beta, Width = 64, HeldOutPoints = 512 });
        var bound = 2 * 2 * (steps - 1) / (Math.Exp(beta) + steps - 1);
        Assert.AreEqual(bound, approximation.RoutingErrorBound!.Value, 1e-12 * bound);
        Assert.IsLessThanOrEqualTo(bound * (1 + 1e-6), approximation.RoutingError!.Value);
        TrainedBound.Above(approximation.RoutingError.Value / bound, 1 / 3.0, "routing error over its bound");
    }

    [TestMethod]
    public void SharpHeads_RouteExactlyToRounding()
    {
        using var approximation = Approximate(Targets.Max, new SequenceBox(4, 1), new() { Width = 64 });
        Assert.IsLessThan(1e-15, approximation.RoutingError!.Value);
    }

    [TestMethod, Trained]
    [DataRow(nameof(Targets.Reverse), 2, 12, 1e-12)]
    [DataRow(nameof(Targets.Reverse), 4, 1000, 1e-12)]
    [DataRow(nameof(Targets.Max), 2, 512, 0.04)]
    [DataRow(nameof(Targets.Max), 3, 1500, 0.1)]
    [DataRow(nameof(Targets.Sort), 2, 512, 0.04)]
    [DataRow(nameof(Targets.Sort), 3, 1500, 0.15)]
    public void Error_AtAModestWidth_IsSmall(string target, int steps, int width, double largest)
    {
        using var approximation = Approximate(Named[target], new SequenceBox(steps, 1), new() { Width = width });
        TrainedBound.Below(approximation.SupError, largest, "largest error");
        Assert.IsLessThan(approximation.SupError, approximation.RmsError);
    }

    [TestMethod, Trained]
    [DataRow(nameof(Targets.Max))]
    [DataRow(nameof(Targets.Sort))]
    public void Error_FallsWithTheWidth(string target)
    {
        var curve = new TransformerApproximator(new() { Seed = TrainedSeed.From(1) })
            .ErrorByWidth(Named[target], new SequenceBox(3, 1), [12, 60, 300, 1500]);
        for (var i = 1; i < curve.Points.Count; i++)
        {
            TrainedBound.Below(curve.Points[i].SupError / curve.Points[i - 1].SupError, 1,
                "largest error over that of the next smaller width");
            TrainedBound.Below(curve.Points[i].RmsError / curve.Points[i - 1].RmsError, 1,
                "root mean square error over that of the next smaller width");
        }
        TrainedBound.Below(curve.SupSlope, -0.2, "slope of the largest error");
        TrainedBound.Below(curve.RmsSlope, -0.4, "slope of the root mean square error");
    }

    [TestMethod]
    public void Error_OfOneWidth_IsThatOfTheCurve()
    {
        var domain = new SequenceBox(2, 1);
        using var approximation = Approximate(Targets.Sort, domain, new() { Width = 100 });
        var point = new TransformerApproximator().ErrorByWidth(Targets.Sort, domain, [100]).Points[0];
        Assert.AreEqual(new WidthError(100, approximation.SupError, approximation.RmsError), point);
    }

    [TestMethod]
    public void SupError_IsThatOfSequencesTheFitDidNotSee()
    {
        HashSet<string> seen = [];
        var fitted = false;
        double[,] Spying(double[,] x)
        {
            // The shape is asked for once, then the fit samples; the corner comes with the held-out grid alone.
            fitted |= x[0, 0] == 0 && x[1, 0] == 0;
            if (!fitted)
            {
                seen.Add($"{x[0, 0]:r} {x[1, 0]:r}");
                return Targets.Sort(x);
            }
            Assert.DoesNotContain($"{x[0, 0]:r} {x[1, 0]:r}", seen);
            return Targets.First(x);
        }
        using var approximation = Approximate(Spying, new SequenceBox(2, 1), new() { Width = 200 });
        // The fitted function is another one: an error measured on the fit's own samples would be near zero.
        Assert.IsGreaterThan(0.9, approximation.SupError);
        Assert.IsGreaterThan(4000, seen.Count);
    }

    [TestMethod]
    public void SupError_IsTheLargestDifferenceOfEvaluate()
    {
        using var approximation = Approximate(Targets.Sort, new SequenceBox(2, 1), new() { Width = 50, HeldOutPoints = 9 });
        var largest = 0.0;
        for (var i = 0; i < 9; i++)
        {
            var x = new double[,] { { i % 3 / 2.0 }, { i / 3 / 2.0 } };
            largest = Math.Max(largest, Difference(Targets.Sort(x), approximation.Evaluate(x)));
        }
        Assert.IsLessThanOrEqualTo(approximation.SupError, largest);
        Assert.IsGreaterThan(0, largest);
    }

    [TestMethod, Trained]
    public void WithoutTheCode_TheNetworkIsEquivariantToRounding_AndWithItNot()
    {
        using var without = Approximate(Targets.Sort, new SequenceBox(4, 2), new() { Width = 200, PositionCode = false });
        using var with = Approximate(Targets.Sort, new SequenceBox(4, 2), new() { Width = 200 });
        TrainedBound.Below(without.EquivarianceResidual, 1e-9, "change by exchange, without code");
        TrainedBound.Above(with.EquivarianceResidual, 0.5, "change by exchange, with code");
        Assert.IsNull(without.RoutingError);
        Assert.IsNull(without.RoutingErrorBound);
    }

    [TestMethod]
    [DataRow(2, 0.0, 1.0)]
    [DataRow(2, -3.0, 1.0)]
    [DataRow(3, 0.0, 1.0)]
    public void WithoutTheCode_NoWidthComesCloserToTheFirstStepThanHalfTheRange(int steps, double lower, double upper)
    {
        using var approximation = Approximate(
            Targets.First, new SequenceBox(steps, 1, lower, upper), new() { Width = 500, PositionCode = false });
        var bound = (upper - lower) / 2;
        Assert.AreEqual(bound, approximation.LeastErrorWithoutPositionCode, 1e-12);
        Assert.IsGreaterThanOrEqualTo(bound * (1 - 1e-9), approximation.SupError);
        StringAssert.Contains(approximation.Verdict, "enable PositionCode");
    }

    [TestMethod, Trained]
    public void WithTheCode_TheFirstStepIsFound()
    {
        using var approximation = Approximate(Targets.First, new SequenceBox(3, 1), new() { Width = 30 });
        TrainedBound.Below(approximation.SupError, 1e-8, "largest error");
        StringAssert.Contains(approximation.Verdict, "needs the position code");
    }

    [TestMethod, Trained]
    public void WithoutTheCode_AnEquivariantTargetIsApproximated()
    {
        using var approximation = Approximate(Targets.Max, new SequenceBox(2, 1), new() { Width = 300, PositionCode = false });
        Assert.AreEqual(0, approximation.TargetEquivarianceResidual);
        TrainedBound.Below(approximation.SupError, 0.05, "largest error");
        StringAssert.Contains(approximation.Verdict, "No exchange");
    }

    [TestMethod]
    public void Approximation_IsTheSameForASeed_AndAnotherForAnother()
    {
        double[,] At(int seed)
        {
            using var approximation = Approximate(Targets.Sort, new SequenceBox(2, 1), new() { Width = 80, Seed = seed });
            return approximation.Evaluate(new[,] { { 0.3 }, { 0.7 } });
        }
        Assert.AreEqual(0, Difference(At(1), At(1)));
        Assert.IsGreaterThan(0, Difference(At(1), At(2)));
    }

    [TestMethod, Trained]
    public void Channels_OfDifferentBounds_AreAllApproximated()
    {
        var domain = new SequenceBox(2, [-10, 5], [10, 6]);
        using var approximation = Approximate(Targets.Reverse, domain, new() { Width = 20 });
        TrainedBound.Below(approximation.SupError, 1e-7, "largest error");
    }

    [TestMethod, Trained]
    public void Outputs_MayHaveOtherChannelsThanInputs()
    {
        static double[,] Sum(double[,] x) => new[,] { { x[0, 0] + x[1, 1], 1, x[0, 1] }, { x[1, 0], x[0, 0], 2 } };
        using var approximation = Approximate(Sum, new SequenceBox(2, 2), new() { Width = 20 });
        TrainedBound.Below(approximation.SupError, 1e-8, "largest error");
        Assert.AreEqual(2 + 2 + 4 + 3, approximation.HiddenSize);
    }

    [TestMethod]
    public void SavedWeights_MakeTheTrainersBlockGiveTheSameValues()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var domain = new SequenceBox(3, 1);
        using var approximation = Approximate(Targets.Sort, domain, new() { Width = 90 });
        using var file = new TempFile("");
        approximation.SaveWeights(file.Path);
        var options = new SingleLayerTransformerOptions
        {
            HiddenSize = approximation.HiddenSize,
            Heads = approximation.Heads,
            KeyWidth = domain.Channels,
            FeedForwardWidth = approximation.Width,
            LayerNorm = false,
            ConvolutionWidth = 0,
            PositionFeatures = false,
        };
        var block = SingleLayerTransformerBlock.Create(options, new Microsoft.ML.Extensions.Networks.RandomSource(), new Generator(1));
        block.to(ScalarType.Float64);
        block.eval();
        Safetensors.Load(block, File.ReadAllBytes(file.Path));
        var x = new[,] { { 0.9 }, { 0.2 }, { 0.4 } };
        var steps = cat([tensor(x), eye(3, dtype: ScalarType.Float64), zeros(3, 4, ScalarType.Float64)], 1).unsqueeze(0);
        var outputs = block.call(steps, new Microsoft.ML.Extensions.Columns.InputBatch(steps, [3]))[0].narrow(1, 7, 1);
        Tensors.AssertClose(tensor(approximation.Evaluate(x)), outputs, Tolerance.Double);
    }

    [TestMethod]
    public void Approximation_LeavesNoTensorsBehind()
    {
        void Once()
        {
            using var approximation = Approximate(Targets.Sort, new SequenceBox(2, 1), new() { Width = 20 });
            approximation.Evaluate(new[,] { { 0.1 }, { 0.2 } });
        }
        Once();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Once();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Width_ThatLeavesAStepWithoutUnits_IsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Approximate(Targets.Max, new SequenceBox(4, 1), new() { Width = 3 }));
        StringAssert.Contains(error.Message, "at least 4");
    }

    [TestMethod]
    public void Width_BeyondTheMemory_IsRefusedWithAnAlternative()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => Approximate(Targets.Max, new SequenceBox(1, 1), new() { Width = 65_536 }));
        StringAssert.Contains(error.Message, nameof(TransformerApproximatorOptions.MemoryBudgetMegabytes));
    }

    [TestMethod]
    public void Target_OfWrongShape_OrNotFinite_IsRefused()
    {
        var domain = new SequenceBox(2, 1);
        StringAssert.Contains(Refusal(x => new double[3, 1], domain), "[3, 1]");
        StringAssert.Contains(Refusal(x => new double[2, 0], domain), "0 channels");
        StringAssert.Contains(Refusal(x => new[,] { { x[0, 0] > 0.9 ? double.NaN : 0 }, { 0 } }, domain), "not finite");
    }

    [TestMethod]
    public void Sequence_OutsideOfTheBox_OrOfAnotherShape_IsRefused()
    {
        using var approximation = Approximate(Targets.Max, new SequenceBox(2, 1), new() { Width = 20 });
        Assert.ThrowsExactly<ArgumentException>(() => approximation.Evaluate(new[,] { { 0.5 }, { 1.5 } }));
        Assert.ThrowsExactly<ArgumentException>(() => approximation.Evaluate(new[,] { { 0.5 }, { double.NaN } }));
        Assert.ThrowsExactly<ArgumentException>(() => approximation.Evaluate(new double[3, 1]));
    }

    [TestMethod]
    public void Options_OutOfRange_AreRefusedByName()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new TransformerApproximator(
                new() { Width = 0, Beta = -1, Ridge = 2, FitPoints = -1, HeldOutPoints = 0, MemoryBudgetMegabytes = 0 }));
        foreach (var name in new[] { "Width", "Beta", "Ridge", "FitPoints", "HeldOutPoints", "MemoryBudgetMegabytes" })
        {
            StringAssert.Contains(error.Message, $"{name} is");
        }
    }

    private static TransformerApproximation Approximate(
        Func<double[,], double[,]> target, SequenceBox domain, TransformerApproximatorOptions options) =>
        new TransformerApproximator(Offset(options)).Approximate(target, domain);

    private static TransformerApproximatorOptions Offset(TransformerApproximatorOptions options)
    {
        options.Seed = TrainedSeed.From(options.Seed);
        return options;
    }

    private static string Refusal(Func<double[,], double[,]> target, SequenceBox domain) =>
        Assert.ThrowsExactly<ArgumentException>(() => new TransformerApproximator().Approximate(target, domain)).Message;

    private static double Difference(double[,] left, double[,] right) =>
        left.Cast<double>().Zip(right.Cast<double>(), (a, b) => Math.Abs(a - b)).Max();
}
