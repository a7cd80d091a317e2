using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

[TestClass]
internal sealed class ParaGruLayerTests : RecurrentCellLayerTests<ParaGruCell>;

[TestClass]
internal sealed class ParaLstmLayerTests : RecurrentCellLayerTests<ParaLstmCell>;

/// <summary>The layer: its modes agree, its padding is inert, its weights are those of the paper.</summary>
internal abstract class RecurrentCellLayerTests<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private const int Batch = 3, Steps = 11, Inputs = 6, Hidden = 10;

    [TestMethod]
    [DataRow(1, false, false)]
    [DataRow(2, false, true)]
    [DataRow(2, true, false)]
    [DataRow(1, true, true)]
    public void Modes_GiveTheSameOutputsAndGradients(int heads, bool reverse, bool padded)
    {
        using var scope = NewDisposeScope();
        int[]? lengths = padded ? [11, 0, 4] : null;
        var expected = Run(new(Inputs, Hidden, heads, reverse, RecurrenceMode.Sequential), lengths);
        foreach (var mode in new[] { RecurrenceMode.Fused, RecurrenceMode.Newton })
        {
            var actual = Run(new(Inputs, Hidden, heads, reverse, mode), lengths);
            Assert.AreEqual(expected.Length, actual.Length);
            foreach (var (left, right) in expected.Zip(actual))
            {
                AssertClose(left, right, Tolerance.SingleGradient);
            }
        }
    }

    [TestMethod]
    public void SequentialMode_InDoublePrecision_HasTheGradientsOfItsOutputs()
    {
        using var scope = NewDisposeScope();
        var layer = Layer(new(Inputs, Hidden, 2, true)).to(ScalarType.Float64);
        var x = Random(5, Batch, 4, Inputs).to(ScalarType.Float64).requires_grad_();
        int[] lengths = [4, 2, 0];
        layer.call(x, lengths).Squared().sum().backward();
        const double step = 1e-6;
        foreach (var place in new long[] { 0, 7, 30 })
        {
            using var noGrad = no_grad();
            double At(double shift)
            {
                var moved = x.clone();
                moved.view(-1)[place] = moved.view(-1)[place].Plus(shift);
                return layer.call(moved, lengths).Squared().sum().Item<double>();
            }
            Assert.AreEqual((At(step) - At(-step)) / (2 * step), x.grad!.view(-1)[place].Item<double>(), 1e-8);
        }
    }

    [TestMethod]
    public void Auto_TakesTheFusedScanForFloatsAndTheLoopForDoubles()
    {
        using var scope = NewDisposeScope();
        var options = new RecurrentCellLayerOptions(Inputs, Hidden);
        var x = Random(5, Batch, Steps, Inputs);
        var fused = Layer(options with { Mode = RecurrenceMode.Fused }).call(x, null);
        Assert.IsTrue(fused.equal(Layer(options).call(x, null)).all().Item<bool>());
        var doubles = Layer(options).to(ScalarType.Float64).call(x.to(ScalarType.Float64), null);
        AssertClose(doubles, fused.to(ScalarType.Float64), Tolerance.Single);
    }

    [TestMethod]
    public void Fused_OfDoubles_IsRefusedWithAnAlternative()
    {
        using var scope = NewDisposeScope();
        var layer = Layer(new(Inputs, Hidden, Mode: RecurrenceMode.Fused)).to(ScalarType.Float64);
        var error = Assert.ThrowsExactly<NotSupportedException>(() => layer.call(Random(5, 1, 2, Inputs).to(ScalarType.Float64), null));
        StringAssert.Contains(error.Message, nameof(RecurrenceMode.Auto));
    }

    [TestMethod]
    [DataRow(RecurrenceMode.Fused)]
    [DataRow(RecurrenceMode.Newton)]
    [DataRow(RecurrenceMode.Sequential)]
    public void Padding_EvenNaN_ChangesNeitherOutputsNorGradients(RecurrenceMode mode)
    {
        using var scope = NewDisposeScope();
        int[] lengths = [11, 4, 0];
        var options = new RecurrentCellLayerOptions(Inputs, Hidden, 2, false, mode);
        var expected = RecurrentPart(options, lengths, 0);
        var actual = RecurrentPart(options, lengths, float.NaN);
        foreach (var (left, right) in expected.Zip(actual))
        {
            Assert.IsTrue(left.equal(right).all().Item<bool>());
        }
    }

    [TestMethod]
    [DataRow(RecurrenceMode.Fused)]
    [DataRow(RecurrenceMode.Newton)]
    [DataRow(RecurrenceMode.Sequential)]
    public void Run_InTwoPieces_EqualsOneRun(RecurrenceMode mode)
    {
        using var scope = NewDisposeScope();
        var layer = Layer(new(Inputs, Hidden, Mode: mode));
        var x = Random(5, Batch, Steps, Inputs);
        var whole = layer.Resume(x);
        var first = layer.Resume(x.narrow(1, 0, 4));
        var second = layer.Resume(x.narrow(1, 4, Steps - 4), null, first.Last);
        AssertClose(whole.Hidden, cat([first.Hidden, second.Hidden], 1), Tolerance.Single);
        AssertClose(whole.Last, second.Last, Tolerance.Single);
    }

    [TestMethod]
    [DataRow(RecurrenceMode.Fused)]
    [DataRow(RecurrenceMode.Newton)]
    [DataRow(RecurrenceMode.Sequential)]
    public void Gradient_FlowsThroughTheLastStateIntoTheFirstPiece(RecurrenceMode mode)
    {
        using var scope = NewDisposeScope();
        var layer = Layer(new(Inputs, Hidden, Mode: mode));
        var (whole, pieces) = (Random(5, Batch, Steps, Inputs).requires_grad_(), Random(5, Batch, Steps, Inputs).requires_grad_());
        layer.Resume(whole).Hidden.narrow(1, 4, Steps - 4).sum().backward();
        var last = layer.Resume(pieces.narrow(1, 0, 4)).Last;
        layer.Resume(pieces.narrow(1, 4, Steps - 4), null, last).Hidden.sum().backward();
        AssertClose(whole.grad!, pieces.grad!, Tolerance.SingleGradient);
    }

    [TestMethod]
    [DataRow(RecurrenceMode.Fused)]
    [DataRow(RecurrenceMode.Newton)]
    [DataRow(RecurrenceMode.Sequential)]
    public void TrainingStep_LeavesNoTensorsBehind(RecurrenceMode mode)
    {
        using var layer = Layer(new(Inputs, Hidden, Mode: mode));
        using var x = Random(5, Batch, Steps, Inputs);
        TrainingStep(layer, x);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        TrainingStep(layer, x);
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Initialization_LeavesTheGlobalGeneratorAlone()
    {
        using var scope = NewDisposeScope();
        var before = random.get_rng_state();
        Layer(new(Inputs, Hidden));
        Assert.IsTrue(before.equal(random.get_rng_state()).all().Item<bool>());
    }

    [TestMethod]
    public void Initialization_FollowsThePaper()
    {
        using var scope = NewDisposeScope();
        const int inputs = 64, hidden = 512, heads = 2;
        var parameters = Layer(new(inputs, hidden, heads)).named_parameters().ToDictionary(p => p.name, p => p.parameter);
        var fanOut = typeof(TCell) == typeof(ParaLstmCell) ? hidden / heads : hidden;
        var bound = Math.Sqrt(6.0 / ((inputs / heads) + fanOut));
        Assert.AreEqual(bound, parameters["input"].abs().max().Item<float>(), 0.01 * bound);
        Assert.AreEqual(2 / Math.Sqrt(5.0 * hidden), parameters["recurrent"].std().Item<float>(), 0.01);
        AssertClose(linspace(0, -1, hidden), parameters["bias"][0], Tolerance.Single);
        Assert.AreEqual(0f, parameters["bias"].narrow(0, 1, TCell.Gates - 1).abs().max().Item<float>());
    }

    [TestMethod]
    public void ClipRecurrentWeights_BoundsThemAndNothingElse()
    {
        using var scope = NewDisposeScope();
        var layer = Layer(new(Inputs, 1));
        var before = layer.get_parameter("input")!.clone();
        layer.ClipRecurrentWeights(0.25);
        Assert.AreEqual(0.25, layer.get_parameter("recurrent")!.abs().max().Item<float>(), Tolerance.Single);
        Assert.IsTrue(before.equal(layer.get_parameter("input")!).all().Item<bool>());
    }

    [TestMethod]
    [DataRow(6, 10, 4)]
    [DataRow(6, 10, 3)]
    [DataRow(0, 10, 1)]
    public void Options_ThatDoNotDivide_AreRefused(int inputs, int hidden, int heads) =>
        Assert.ThrowsExactly<ArgumentException>(() => Layer(new(inputs, hidden, heads)));

    [TestMethod]
    [DataRow(-1)]
    [DataRow(Steps + 1)]
    public void Lengths_OutOfRange_AreRefused(int length)
    {
        using var scope = NewDisposeScope();
        var layer = Layer(new(Inputs, Hidden));
        Assert.ThrowsExactly<ArgumentException>(() => layer.call(Random(5, 1, Steps, Inputs), [length]));
    }

    private static RecurrentCellLayer<TCell> Layer(RecurrentCellLayerOptions options) => new(options, new Generator(7));

    private static Tensor Random(ulong seed, params long[] size) => randn(size, generator: new Generator(seed));

    private static void TrainingStep(RecurrentCellLayer<TCell> layer, Tensor x)
    {
        using var scope = NewDisposeScope();
        layer.zero_grad();
        layer.call(x, [Steps, 3, 0]).Squared().sum().backward();
        layer.ClipRecurrentWeights();
    }

    // The outputs, the gradient of the input and of each parameter.
    private static Tensor[] Run(RecurrentCellLayerOptions options, int[]? lengths)
    {
        var layer = Layer(options);
        var x = Random(5, Batch, Steps, Inputs).requires_grad_();
        var (hidden, last) = layer.Resume(x, lengths);
        ((hidden * Random(6, Batch, Steps, Hidden)).sum().Plus((last * Random(8, TCell.States, Batch, Hidden)).sum())).backward();
        return [hidden, last, x.grad!, .. layer.parameters().Select(parameter => parameter.grad!)];
    }

    private static Tensor[] RecurrentPart(RecurrentCellLayerOptions options, int[] lengths, float padding)
    {
        var products = Random(5, options.Heads, Batch, Steps, TCell.Gates, Hidden / options.Heads);
        for (var row = 0; row < Batch; row++)
        {
            products.narrow(1, row, 1).narrow(2, lengths[row], Steps - lengths[row]).Fill(padding);
        }
        products.requires_grad_();
        var parameters = Random(6, TCell.Parameters + TCell.Gates, Hidden).requires_grad_();
        RecurrentInputs inputs = new(products, parameters, lengths);
        var outputs = options.Mode switch
        {
            RecurrenceMode.Fused => FusedRecurrence<TCell>.Run(inputs),
            RecurrenceMode.Newton => NewtonRecurrence<TCell>.Run(inputs, new NewtonSettings(), new NewtonReport()),
            _ => TensorRecurrence<TCell>.Run(inputs),
        };
        outputs.Hidden.Squared().sum().backward();
        return [outputs.Hidden, products.grad!, parameters.grad!];
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape);
        var scale = Math.Max(1, expected.abs().max().to(ScalarType.Float64).Item<double>());
        var error = (expected - actual).abs().max().to(ScalarType.Float64).Item<double>();
        Assert.IsTrue(error <= tolerance * scale, $"error {error}");
    }
}
