using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

[TestClass]
internal sealed class ParaGruFusedScanTests : FusedScanTests<ParaGruCell>;

[TestClass]
internal sealed class ParaLstmFusedScanTests : FusedScanTests<ParaLstmCell>;

[TestClass]
internal sealed class EveryFunctionFusedScanTests : FusedScanTests<EveryFunctionCell>;

/// <summary>The fused scan compared with the double-precision reference, and its guarantees to the last bit.</summary>
internal abstract class FusedScanTests<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private static readonly LaneWidth[] s_widths = Enum.GetValues<LaneWidth>();
    private static readonly (int Channels, int Heads)[] s_channels = [(1, 1), (3, 1), (16, 1), (17, 1), (10, 2), (33, 1), (7, 7)];

    [TestMethod]
    public void Scan_OfEveryLengthUpTo257_EqualsTheReference()
    {
        for (var steps = 0; steps <= 257; steps++)
        {
            var (channels, heads) = s_channels[steps % s_channels.Length];
            AssertEqualsReference(new ScanShape(1 + (steps % 2), steps, channels, heads, Reverse: steps % 4 > 1), steps, s_widths);
        }
    }

    [TestMethod]
    [DataRow(1023, 17)]
    [DataRow(4099, 3)]
    [DataRow(4099, 5)]
    public void Scan_OfALongSequence_EqualsTheReference(int steps, int channels) =>
        AssertEqualsReference(new ScanShape(2, steps, channels), steps, s_widths);

    [TestMethod]
    public void Scan_OfManyRowsAndChannels_EqualsTheReference()
    {
        foreach (var (channels, heads) in s_channels)
        {
            AssertEqualsReference(new ScanShape(9, 13, channels, heads), channels, s_widths);
        }
    }

    [TestMethod]
    public void Scan_OfUnequalLengths_EqualsTheReference()
    {
        foreach (var reverse in new[] { false, true })
        {
            var problem = new ScanProblem<TCell>(new ScanShape(5, 20, 19, 1, reverse), 3, [20, 0, 1, 13, 7]);
            AssertEqualsReference(problem, s_widths);
        }
    }

    [TestMethod]
    public void Scan_WithoutInitialState_StartsFromZero() =>
        AssertEqualsReference(new ScanProblem<TCell>(new ScanShape(2, 9, 17), 1, withEnds: false), s_widths);

    [TestMethod]
    public void Scan_OfNoRows_DoesNothing()
    {
        var answer = new ScanProblem<TCell>(new ScanShape(0, 5, 4), 1).Fused();
        Assert.IsTrue(answer.Parameters.All(gradient => gradient == 0));
    }

    [TestMethod]
    public void Scan_AtEveryWidthAndThreadCount_GivesTheSameBits()
    {
        foreach (var batch in new[] { 1, 3, 8 })
        {
            var problem = new ScanProblem<TCell>(new ScanShape(batch, 840 / batch, 70, 2), batch);
            var expected = problem.Fused(LaneWidth.Scalar, 1);
            foreach (var width in s_widths)
            {
                expected.AssertSameBits(problem.Fused(width, 2));
                expected.AssertSameBits(problem.Fused(width, 5));
            }
        }
    }

    [TestMethod]
    public void Padding_WhateverItHolds_ChangesNothing()
    {
        var problem = new ScanProblem<TCell>(new ScanShape(3, 12, 18), 4, [12, 5, 0]);
        var spoilt = new ScanProblem<TCell>(problem.Shape, 4, problem.Lengths);
        SpoilPadding(spoilt.Inputs, problem, TCell.Gates);
        SpoilPadding(spoilt.GradOutput, problem, 1);
        problem.Fused().AssertSameBits(spoilt.Fused());
    }

    [TestMethod]
    public void Padding_OfStatesAndGradients_IsZero()
    {
        var problem = new ScanProblem<TCell>(new ScanShape(3, 12, 18), 4, [12, 5, 0]);
        var answer = problem.Fused();
        Assert.IsTrue(PaddingPlaces(problem, TCell.Gates).All(i => answer.Inputs[i] == 0));
        Assert.IsTrue(PaddingPlaces(problem, 1).All(i => answer.States[i] == 0));
    }

    [TestMethod]
    public void Reverse_EqualsTheForwardScanOfFlippedRows()
    {
        var problem = new ScanProblem<TCell>(new ScanShape(3, 15, 18, 1, Reverse: true), 5, [15, 6, 1]);
        var flipped = new ScanProblem<TCell>(problem.Shape with { Reverse = false }, 5, problem.Lengths)
        {
            Inputs = Flip(problem.Inputs, problem, TCell.Gates),
            GradOutput = Flip(problem.GradOutput, problem, 1),
        };
        var (expected, answer) = (flipped.Fused(), problem.Fused());
        var size = problem.GradOutput.Length;
        CollectionAssert.AreEqual(Flip(expected.Inputs, problem, TCell.Gates), answer.Inputs);
        CollectionAssert.AreEqual(Flip(expected.States[^size..], problem, 1), answer.States[^size..]);
        CollectionAssert.AreEqual(expected.Parameters, answer.Parameters);
        CollectionAssert.AreEqual(expected.Initial, answer.Initial);
    }

    [TestMethod]
    public void Output_DoesNotDependOnLaterInputs()
    {
        const int changed = 11;
        var shape = new ScanShape(1, 20, 18);
        var (problem, other) = (new ScanProblem<TCell>(shape, 6), new ScanProblem<TCell>(shape, 6));
        for (var i = changed * TCell.Gates * shape.Channels; i < other.Inputs.Length; i++)
        {
            other.Inputs[i] = -other.Inputs[i];
        }
        var (before, after) = (problem.Fused().States, other.Fused().States);
        CollectionAssert.AreEqual(before[..(changed * shape.Channels)], after[..(changed * shape.Channels)]);
        CollectionAssert.AreNotEqual(before, after);
    }

    [TestMethod]
    public void Row_AloneOrInABatch_GivesTheSameBits()
    {
        var problem = new ScanProblem<TCell>(new ScanShape(7, 10, 18), 8, withEnds: false);
        var together = problem.Fused().States;
        var rowSize = 10 * 18;
        for (var row = 0; row < 7; row++)
        {
            var alone = new ScanProblem<TCell>(problem.Shape with { Batch = 1 }, 8, withEnds: false)
            {
                Parameters = problem.Parameters,
                Inputs = problem.Inputs[(row * rowSize * TCell.Gates)..((row + 1) * rowSize * TCell.Gates)],
            };
            CollectionAssert.AreEqual(together[(row * rowSize)..((row + 1) * rowSize)], alone.Fused().States[..rowSize]);
        }
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void Input_ThatIsNotFinite_TouchesItsOwnChannelOnly(float value)
    {
        const int channel = 9;
        var shape = new ScanShape(1, 6, 20);
        var (problem, spoilt) = (new ScanProblem<TCell>(shape, 9), new ScanProblem<TCell>(shape, 9));
        spoilt.Inputs[channel] = value;
        foreach (var width in s_widths)
        {
            var (expected, answer) = (problem.Fused(width), spoilt.Fused(width));
            for (var i = 0; i < answer.States.Length; i++)
            {
                var own = i % shape.Channels == channel;
                Assert.AreEqual(own && float.IsNaN(value), float.IsNaN(answer.States[i]));
                Assert.IsTrue(own || answer.States[i] == expected.States[i]);
            }
        }
    }

    private static void AssertEqualsReference(ScanShape shape, int seed, LaneWidth[] widths) =>
        AssertEqualsReference(new ScanProblem<TCell>(shape, seed), widths);

    private static void AssertEqualsReference(ScanProblem<TCell> problem, LaneWidth[] widths)
    {
        var states = problem.ReferenceStates();
        var gradients = problem.ReferenceGradients(states);
        foreach (var width in widths)
        {
            var answer = problem.Fused(width);
            var what = $"{problem.Shape} {width}";
            Closeness.AssertClose(states, answer.States, Tolerance.Single, $"states {what}");
            Closeness.AssertClose(gradients.Inputs, answer.Inputs, Tolerance.SingleGradient, $"dx {what}");
            Closeness.AssertClose(gradients.Parameters, answer.Parameters, Tolerance.SingleGradient, $"da {what}");
            Closeness.AssertClose(gradients.Initial, answer.Initial, Tolerance.SingleGradient, $"ds0 {what}");
        }
    }

    // Places of the padding in [B, T, rows, H] of a problem with one head.
    private static IEnumerable<int> PaddingPlaces(ScanProblem<TCell> problem, int rows)
    {
        var step = rows * problem.Shape.Channels;
        for (var row = 0; row < problem.Shape.Batch; row++)
        {
            var (from, to) = ((row * problem.Shape.Steps) + problem.Lengths[row], (row + 1) * problem.Shape.Steps);
            foreach (var place in Enumerable.Range(from * step, (to - from) * step))
            {
                yield return place;
            }
        }
    }

    private static void SpoilPadding(double[] values, ScanProblem<TCell> problem, int rows)
    {
        foreach (var place in PaddingPlaces(problem, rows))
        {
            values[place] = double.NaN;
        }
    }

    private static T[] Flip<T>(T[] values, ScanProblem<TCell> problem, int rows)
    {
        var (flipped, step) = (values.ToArray(), rows * problem.Shape.Channels);
        for (var row = 0; row < problem.Shape.Batch; row++)
        {
            var (first, length) = (row * problem.Shape.Steps, problem.Lengths[row]);
            for (var t = 0; t < length; t++)
            {
                Array.Copy(values, (first + t) * step, flipped, (first + length - 1 - t) * step, step);
            }
        }
        return flipped;
    }
}
