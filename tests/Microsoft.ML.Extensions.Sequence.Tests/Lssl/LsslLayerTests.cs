using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lssl;

/// <summary>The layer: its two views agree, what comes later changes nothing, and what it keeps is right.</summary>
[TestClass]
public sealed class LsslLayerTests
{
    private const int Rows = 2, Steps = 40;

    private static IEnumerable<object[]> AllMatrices => Enum.GetValues<StateMatrix>().Select(matrix => new object[] { matrix });

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void Convolution_IsTheRecurrence(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (type, tolerance) in new[] { (ScalarType.Float32, 1e-4), (ScalarType.Float64, 1e-7) })
        {
            using var state = new StreamState();
            var layer = Layer(matrix).to(type);
            var u = Inputs().to(type);
            TensorAssert.AreClose(layer.call(u), layer.Advance(u, state), tolerance);
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void Advance_InPieces_EqualsOneRun(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using StreamState whole = new(), pieces = new();
        var (layer, u) = (Layer(matrix), Inputs());
        var expected = layer.Advance(u, whole);
        var bytes = whole.Bytes;
        var actual = cat([layer.Advance(u.narrow(1, 0, 1), pieces), layer.Advance(u.narrow(1, 1, 20), pieces),
            layer.Advance(u.narrow(1, 21, Steps - 21), pieces)], 1);
        TensorAssert.AreClose(expected, actual, Tolerance.Single);
        Assert.AreEqual(bytes, pieces.Bytes);
    }

    [TestMethod]
    public void LaterSteps_ChangeNothingBefore()
    {
        using var scope = NewDisposeScope();
        var (layer, u) = (Layer(StateMatrix.DiagonalLegS), Inputs());
        var changed = cat([u.narrow(1, 0, 25), u.narrow(1, 25, Steps - 25).Plus(10)], 1);
        TensorAssert.AreClose(layer.call(u).narrow(1, 0, 25), layer.call(changed).narrow(1, 0, 25), Tolerance.Single);
        TensorAssert.AreClose(layer.call(u).narrow(1, 0, 25), layer.call(u.narrow(1, 0, 25)), Tolerance.Single);
    }

    [TestMethod]
    public void Bidirectional_WithZeroPadding_SeesTheRowAlone()
    {
        using var scope = NewDisposeScope();
        var (layer, u) = (Layer(StateMatrix.DiagonalLegS, bidirectional: true), Inputs());
        var padded = cat([u, zeros(Rows, 13, Systems.Features)], 1);
        TensorAssert.AreClose(layer.call(u), layer.call(padded).narrow(1, 0, Steps), Tolerance.Single);
    }

    [TestMethod]
    public void Bidirectional_IsACausalPartAndAMirroredOne()
    {
        using var scope = NewDisposeScope();
        var (both, one, other) = (Layer(StateMatrix.LegS, bidirectional: true), Layer(StateMatrix.LegS), Layer(StateMatrix.LegS));
        Load(one, both, "forwards", "feedthrough");
        Load(other, both, "backwards");
        using var noGrad = no_grad();
        other.get_parameter("feedthrough")!.zero_();
        var u = Inputs();
        TensorAssert.AreClose(one.call(u).Plus(other.call(u.flip(1)).flip(1)), both.call(u), Tolerance.Single);
    }

    [TestMethod]
    public void TrainedLayer_KeepsKernelsThatServeEveryLength()
    {
        using var scope = NewDisposeScope();
        var (trained, untrained) = (
            Layer(StateMatrix.DiagonalLegS, bidirectional: true), Layer(StateMatrix.DiagonalLegS, bidirectional: true));
        Freeze(trained);
        foreach (var steps in new[] { 9, 40, 3, 17 })
        {
            var u = Inputs().narrow(1, 0, steps);
            TensorAssert.AreClose(untrained.call(u), trained.call(u), Tolerance.Single, $"{steps} steps");
        }
    }

    [TestMethod]
    public void TrainedLayer_KeepsNoTensorAlive()
    {
        using var layer = Layer(StateMatrix.LegT);
        using var u = Inputs();
        Freeze(layer);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        layer.call(u).Dispose();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void TrainedLayer_ServesManyThreadsWithRowsOfAllLengths()
    {
        using var layer = Layer(StateMatrix.DiagonalLegS, bidirectional: true);
        using var reference = Layer(StateMatrix.DiagonalLegS, bidirectional: true);
        Freeze(layer);
        Parallel.For(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
        {
            using var scope = NewDisposeScope();
            var u = Inputs().narrow(1, 0, 1 + (i * 7 % Steps));
            TensorAssert.AreClose(reference.call(u), layer.call(u), Tolerance.Single);
        });
    }

    [TestMethod]
    public void LayerInTraining_DoesNotKeepItsKernelForValidation()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (layer, u) = (Layer(StateMatrix.DiagonalLegS), Inputs());
        layer.eval();
        var before = layer.call(u);
        layer.get_parameter("forwards.output")!.Scale(2);
        Assert.IsGreaterThan(0.1, (layer.call(u) - before).abs().max().Item<float>());
    }

    [TestMethod]
    public void TrainingStep_LeavesNoTensorsBehind()
    {
        using var layer = Layer(StateMatrix.DiagonalLegS, bidirectional: true);
        using var u = Inputs();
        void Step()
        {
            using var scope = NewDisposeScope();
            layer.zero_grad();
            layer.call(u).Squared().sum().backward();
        }
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void HalfTheSamples_AtTwiceTheStep_GiveTheOutputsBetween()
    {
        using var scope = NewDisposeScope();
        double Difference(int samples)
        {
            var time = Numbers.Range(samples, ScalarType.Float64).view(1, -1, 1).Over(samples);
            var u = time.Scaled(9).sin().repeat(1, 1, Systems.Features);
            var (fine, coarse) = (TimedLayer(1.0 / samples, 1), TimedLayer(1.0 / samples, 0.5));
            var every = Numbers.Range(samples / 2, ScalarType.Int64).Scaled(2).to(ScalarType.Int64);
            var expected = fine.call(u).index_select(1, every);
            return (expected - coarse.call(u.index_select(1, every))).abs().max().Item<double>();
        }
        var (rough, smooth) = (Difference(200), Difference(800));
        Assert.IsLessThan(0.1, smooth);
        Assert.IsLessThan(rough / 3, smooth);
    }

    [TestMethod]
    public void Initialization_LeavesTheGlobalGeneratorAloneAndDrawsTimescalesBetweenTheBounds()
    {
        using var scope = NewDisposeScope();
        var before = random.get_rng_state();
        var options = Systems.Options(StateMatrix.Random);
        options.HiddenSize = 500;
        var timescales = new LsslLayer(options, new Generator(1)).get_parameter("forwards.logTimescale")!.exp();
        Assert.IsTrue(before.equal(random.get_rng_state()).all().Item<bool>());
        Assert.AreEqual(0.01, timescales.min().Item<float>(), 0.001);
        Assert.AreEqual(0.2, timescales.max().Item<float>(), 0.01);
    }

    private static LsslLayer TimedLayer(double step, double samplingRate)
    {
        var options = Systems.Options(StateMatrix.DiagonalLegS);
        (options.MinTimescale, options.MaxTimescale, options.SamplingRate) = (step, step, samplingRate);
        var layer = new LsslLayer(options, new Generator(7)).to(ScalarType.Float64);
        layer.get_parameter("feedthrough")!.requires_grad_(false).zero_();
        return layer;
    }

    private static LsslLayer Layer(StateMatrix matrix, bool bidirectional = false)
    {
        var options = Systems.Options(matrix);
        options.Bidirectional = bidirectional;
        return new LsslLayer(options, new Generator(7));
    }

    private static Tensor Inputs() => randn([Rows, Steps, Systems.Features], generator: new Generator(5));

    private static void Freeze(LsslLayer layer)
    {
        layer.eval();
        foreach (var parameter in layer.parameters())
        {
            parameter.requires_grad = false;
        }
    }

    // Takes over parts of a bidirectional layer, into "forwards" and by their own names.
    private static void Load(LsslLayer target, LsslLayer source, params string[] parts)
    {
        using var noGrad = no_grad();
        var values = source.state_dict();
        foreach (var (name, value) in target.state_dict())
        {
            var part = parts.FirstOrDefault(candidate => candidate == name || name.StartsWith("forwards.", StringComparison.Ordinal)
                && candidate.EndsWith("wards", StringComparison.Ordinal));
            if (part is not null)
            {
                value.copy_(values[name.Replace("forwards.", part + ".", StringComparison.Ordinal)]);
            }
        }
    }
}
