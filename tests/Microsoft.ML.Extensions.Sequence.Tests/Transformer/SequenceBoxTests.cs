namespace Microsoft.ML.Extensions.Sequence.Tests.Transformer;

[TestClass]
public sealed class SequenceBoxTests
{
    [TestMethod]
    [DataRow(0, 1, "0 steps")]
    [DataRow(9, 1, "9 steps")]
    [DataRow(2, 0, "0 channels")]
    [DataRow(2, 5, "5 channels")]
    public void Sizes_OutOfRange_AreRefused(int steps, int channels, string told) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SequenceBox(steps, channels)).Message, told);

    [TestMethod]
    [DataRow(1.0, 1.0)]
    [DataRow(1.0, 0.0)]
    [DataRow(0.0, double.NaN)]
    [DataRow(double.NegativeInfinity, 0.0)]
    public void Bounds_NotInOrderOrNotFinite_AreRefused(double lower, double upper) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SequenceBox(2, 1, lower, upper));

    [TestMethod]
    public void Bounds_OfUnequalNumber_AreRefused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SequenceBox(2, [0, 0], [1]));

    [TestMethod]
    public void Corners_AreExactlyTheBounds()
    {
        var box = new SequenceBox(2, [-0.1, 0.3], [0.7, 1.1]);
        CollectionAssert.AreEqual(new[,] { { -0.1, 1.1 }, { 0.7, 0.3 } }, box.At([0, 1, 1, 0]));
    }
}
