using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

[TestClass]
internal sealed class ParaGruModesTests : ModesTests<ParaGruCell>;

[TestClass]
internal sealed class ParaLstmModesTests : ModesTests<ParaLstmCell>;

/// <summary>All modes of the layer compute the same function, forward and backward, and none looks ahead.</summary>
internal abstract class ModesTests<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private const int Inputs = 3, Hidden = 5;

    [TestMethod]
    public void EveryLengthUpTo257_IsTheSameInAllModes() => AssertSame([.. Enumerable.Range(0, 258)], reverse: false);

    [TestMethod]
    public void EveryLengthUpTo257_IsTheSameInAllModes_FromTheEnd() => AssertSame([.. Enumerable.Range(0, 258)], reverse: true);

    [TestMethod]
    [DataRow(1023)]
    [DataRow(4099)]
    public void LongRows_AreTheSameInAllModes(int steps) => AssertSame([steps, steps - 1], reverse: false);

    [TestMethod]
    public void CellWithoutDerivatives_IsTheSameInAllModes()
    {
        using var scope = NewDisposeScope();
        int[] lengths = [33, 0, 7];
        foreach (var mode in Enum.GetValues<RecurrenceMode>())
        {
            AssertClose(Run<TCell>(new(Inputs, Hidden, Mode: mode), lengths),
                Run<StepOnly<TCell>>(new(Inputs, Hidden, Mode: mode), lengths), $"{mode}");
        }
    }

    [TestMethod]
    [DataRow(RecurrenceMode.Sequential, 0.5)]
    [DataRow(RecurrenceMode.Fused, 0.5)]
    [DataRow(RecurrenceMode.Newton, 0.5)]
    [DataRow(RecurrenceMode.Newton, 3.0)]
    public void Output_DoesNotDependOnLaterInputs(RecurrenceMode mode, double deviation)
    {
        using var scope = NewDisposeScope();
        const int steps = 100, changed = 41;
        var layer = new RecurrentCellLayer<TCell>(new(Inputs, Hidden, Mode: mode), new Generator(7));
        using (no_grad())
        {
            layer.get_parameter("recurrent")!.normal_(0, deviation, new Generator(8));
        }
        var x = randn([2, steps, Inputs], generator: new Generator(9));
        var before = layer.call(x, null);
        var other = x.clone();
        other.narrow(1, changed, steps - changed).Scale(-20);
        var after = layer.call(other, null);
        Assert.IsTrue(before.narrow(1, 0, changed).equal(after.narrow(1, 0, changed)).all().Item<bool>());
        Assert.IsFalse(before.equal(after).all().Item<bool>());
    }

    [TestMethod]
    public void Warning_IsGivenOnceForEachOutcome()
    {
        using var scope = NewDisposeScope();
        var layer = new RecurrentCellLayer<TCell>(
            new(Inputs, Hidden, Mode: RecurrenceMode.Newton, Newton: new NewtonSettings(1)), new Generator(7));
        IWarningSource source = layer;
        Assert.IsNull(source.TakeWarning());
        layer.Newton.Add(NewtonOutcome.Converged);
        Assert.IsNull(source.TakeWarning());
        layer.Newton.Add(NewtonOutcome.Raised);
        layer.Newton.Add(NewtonOutcome.FellBack);
        StringAssert.Contains(source.TakeWarning(), nameof(ParaRnnOptions.Mode));
        StringAssert.Contains(source.TakeWarning(), nameof(ParaRnnOptions.NewtonIterations));
        Assert.IsNull(source.TakeWarning());
    }

    private static void AssertSame(int[] lengths, bool reverse)
    {
        using var scope = NewDisposeScope();
        var expected = Run<TCell>(new(Inputs, Hidden, 1, reverse, RecurrenceMode.Sequential), lengths);
        foreach (var mode in new[] { RecurrenceMode.Fused, RecurrenceMode.Newton })
        {
            AssertClose(expected, Run<TCell>(new(Inputs, Hidden, 1, reverse, mode), lengths), $"{mode}");
        }
    }

    // The outputs, the last states, the gradient of the input and of each parameter.
    private static Tensor[] Run<T>(RecurrentCellLayerOptions options, int[] lengths) where T : struct, IRecurrentCell<T>
    {
        var layer = new RecurrentCellLayer<T>(options, new Generator(7));
        layer.ClipRecurrentWeights();
        var x = randn([lengths.Length, lengths.Max(), Inputs], generator: new Generator(5)).requires_grad_();
        var (hidden, last) = layer.Resume(x, lengths);
        var loss = (hidden * randn(hidden.shape, generator: new Generator(6))).sum()
            .Plus((last * randn(last.shape, generator: new Generator(8))).sum());
        loss.backward();
        return [hidden, last, x.grad!, .. layer.parameters().Select(parameter => parameter.grad!)];
    }

    private static void AssertClose(Tensor[] expected, Tensor[] actual, string what)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            var scale = Math.Max(1, expected[i].abs().max().Item<float>());
            var error = (expected[i] - actual[i]).abs().max().Item<float>();
            Assert.IsTrue(error <= Tolerance.SingleGradient * scale, $"{what}, output {i}: error {error}, scale {scale}");
        }
    }
}
