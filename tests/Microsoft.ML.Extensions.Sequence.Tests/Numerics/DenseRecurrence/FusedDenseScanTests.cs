using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.DenseRecurrence;

/// <summary>What the kernel promises to the last bit; that it computes the cells is shown against the stepwise reference.</summary>
[TestClass]
public sealed class FusedDenseScanTests
{
    private static readonly int[] s_lengths = [9, 0, 4, 9, 1, 7, 8, 2, 9, 3, 5];

    [TestMethod]
    public void Lstm_AtEveryWidthAndThreadCount_GivesTheSameBits() => AssertSameBits<LstmCell>(s_lengths);

    [TestMethod]
    public void Gru_AtEveryWidthAndThreadCount_GivesTheSameBits() => AssertSameBits<GruCell>(s_lengths);

    [TestMethod]
    public void Elman_AtEveryWidthAndThreadCount_GivesTheSameBits()
    {
        AssertSameBits<ElmanCell<TanhActivation>>(s_lengths);
        AssertSameBits<ElmanCell<ReluActivation>>(s_lengths);
    }

    [TestMethod]
    public void MatricesThatTakeTurns_AtEveryWidthAndThreadCount_GiveTheSameBits() =>
        AssertSameBits<ElmanCell<TanhActivation>>([.. s_lengths.Select(length => 2 * length)], turns: 2);

    [TestMethod]
    public void InputsMultipliedInTiles_GiveTheBitsOfTheirProducts()
    {
        // Rows of a block end in each other's tiles: a tile of sixteen rows of 64 channels has 16 steps of LSTM and GRU.
        int[] lengths = [70, 3, 16, 0, 33, 17, 70, 32, 1, 48, 15, 64, 31, 70, 69, 2, 5];
        foreach (var (channels, reverse) in new[] { (64, false), (64, true) })
        {
            AssertInputs<LstmCell>(lengths, channels, reverse);
            AssertInputs<GruCell>(lengths, channels, reverse);
        }
        // Two turns of 128 channels: 16 steps.
        AssertInputs<ElmanCell<TanhActivation>>([.. lengths.Select(length => 2 * length)], 128, reverse: false, turns: 2);
        AssertInputs<ElmanCell<ReluActivation>>([.. lengths.Select(length => 2 * length)], 128, reverse: true, turns: 2);
    }

    [TestMethod]
    [DataRow(1, 4)]
    [DataRow(5, 8)]
    [DataRow(16, 16)]
    [DataRow(17, 32)]
    public void Padded_IsAMultipleOfALane_AtMostAsWideAsNeeded(int channels, int most)
    {
        var padded = FusedDenseScan<LstmCell>.Padded(channels);
        Assert.IsTrue(padded >= channels && padded <= most && padded % 4 == 0, $"{padded}");
    }

    private static void AssertInputs<TCell>(int[] lengths, int channels, bool reverse, int turns = 1) where TCell : struct, IDenseCell
    {
        DenseProblem<TCell> problem = new(new DenseShape(lengths.Length, lengths.Max(), channels, reverse, 0, turns), lengths);
        var expected = problem.Run(LaneWidth.Four, 1);
        var actual = problem.Run(LaneWidth.Four, 2, multiplies: true);
        Assert.IsTrue(expected.All(values => values.All(float.IsFinite)), "everything is written");
        for (var i = 0; i < expected.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i], actual[i], $"{typeof(TCell).Name}, reverse {reverse}, output {i}");
        }
    }

    // Rows of a block and rows alone, panels of four, two and one lanes, and every way to end early.
    private static void AssertSameBits<TCell>(int[] lengths, int turns = 1) where TCell : struct, IDenseCell
    {
        foreach (var (channels, reverse) in new[] { (16, false), (48, true), (112, false) })
        {
            DenseProblem<TCell> problem = new(
                new DenseShape(lengths.Length, lengths.Max(), channels, reverse, Truncation: reverse ? 3 * turns : 0, turns), lengths);
            var expected = problem.Run(LaneWidth.Scalar, 1);
            Assert.IsTrue(expected.All(values => values.All(float.IsFinite)), "everything is written");
            foreach (var width in Enum.GetValues<LaneWidth>())
            {
                var actual = problem.Run(width, 3);
                for (var i = 0; i < expected.Length; i++)
                {
                    CollectionAssert.AreEqual(expected[i], actual[i], $"{channels} channels, {width}, output {i}");
                }
            }
        }
    }
}
