using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

[TestClass]
public sealed class PositionFeaturesTests
{
    [TestMethod]
    public void Features_AreSinesAndCosinesOfThePlace()
    {
        using var scope = NewDisposeScope();
        var features = PositionFeatures.Of(5, 2, 4, zeros(1)).data<float>().ToArray();
        double[] expected = [.. new[] { 5.0, 6.0 }.SelectMany(place => new[]
        {
            Math.Sin(place), Math.Sin(place / 100), Math.Cos(place), Math.Cos(place / 100),
        })];
        Closeness.AssertClose(expected, features, Tolerance.Single, "features");
    }

    [TestMethod]
    public void Features_OfAPiece_AreThoseOfTheWhole()
    {
        using var scope = NewDisposeScope();
        var whole = PositionFeatures.Of(0, 20, 7, zeros(1));
        Tensors.AssertSameBits(whole.narrow(0, 13, 4), PositionFeatures.Of(13, 4, 7, zeros(1)));
    }

    [TestMethod]
    public void Features_FarOut_StillTellNeighboursApart()
    {
        using var scope = NewDisposeScope();
        const long far = 1L << 30;
        var features = PositionFeatures.Of(far, 2, 2, zeros(1));
        Assert.AreEqual(Math.Sin(far + 1), features[1, 0].Item<float>(), Tolerance.Single);
    }
}
