using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics;

[TestClass]
public sealed class PairedLossesTests
{
    [TestMethod]
    public void Compare_OneRowABlock_IsTheStandardErrorOfTheMean()
    {
        // Differences 1, 2, 3, 4: deviation sqrt(5/3), over the root of four.
        var (gain, error) = PairedLosses.Compare([1, 1, 1, 1], [2, 3, 4, 5]);

        Assert.AreEqual(2.5, gain, 1e-12);
        Assert.AreEqual(Math.Sqrt(5.0 / 3 / 4), error, 1e-12);
    }

    [TestMethod]
    public void Compare_NeighboursAlike_TheirNumberDoesNotLowerTheError()
    {
        float[] few = [.1f, .3f, -.2f, .4f, .1f, 0, .2f, .5f, -.1f, .3f];
        var many = few.SelectMany(value => Enumerable.Repeat(value, 1000)).ToArray();

        var (gain, error) = PairedLosses.Compare(few, new float[few.Length]);
        var (gainOfMany, errorOfMany) = PairedLosses.Compare(many, new float[many.Length]);

        Assert.AreEqual(gain, gainOfMany, 1e-9);
        Assert.AreEqual(error, errorOfMany, 1e-9);
    }

    [TestMethod]
    public void Compare_OneRow_HasNoError()
    {
        Assert.AreEqual((2.0, 0.0), PairedLosses.Compare([1], [3]));
    }

    [TestMethod]
    public void Compare_UnequalRows_Throws()
    {
        Assert.ThrowsExactly<ArgumentException>(() => PairedLosses.Compare([1, 2], [1]));
        Assert.ThrowsExactly<ArgumentException>(() => PairedLosses.Compare([], []));
    }
}
