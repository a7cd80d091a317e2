using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Transformer;

[TestClass]
public sealed class ReluUnitsTests
{
    private const int Coordinates = 3;

    [TestMethod]
    public void FirstUnits_AreAConstantAndTheCoordinates()
    {
        using var scope = NewDisposeScope();
        var inputs = (rand(50, Coordinates, ScalarType.Float64, generator: new Generator(1)).Scaled(2)).Minus(1);
        var expected = cat([ones(50, 1, ScalarType.Float64), inputs.Plus(1)], 1);
        Tensors.AssertClose(expected, ReluUnits.Draw(1 + Coordinates, Coordinates, 1).At(inputs), Tolerance.Double);
    }

    [TestMethod]
    public void FurtherUnits_HaveTheirKinkInsideTheBox()
    {
        var units = ReluUnits.Draw(200, Coordinates, 1);
        for (var unit = 1 + Coordinates; unit < units.Count; unit++)
        {
            Assert.AreEqual(1, units.Weights[unit].Sum(weight => weight * weight), 1e-12);
            Assert.IsLessThan(units.Weights[unit].Sum(Math.Abs), Math.Abs(units.Offsets[unit]));
        }
    }

    [TestMethod]
    public void FewerUnits_AreTheBeginningOfMore()
    {
        var (few, many) = (ReluUnits.Draw(20, Coordinates, 1), ReluUnits.Draw(40, Coordinates, 1));
        CollectionAssert.AreEqual(few.Offsets, many.Offsets[..20]);
        CollectionAssert.AreEqual(few.Weights[19], many.Weights[19]);
    }

    [TestMethod]
    public void Bound_IsNeverExceeded()
    {
        using var scope = NewDisposeScope();
        var units = ReluUnits.Draw(100, Coordinates, 1);
        var corners = Enumerable.Range(0, 1 << Coordinates)
            .SelectMany(corner => Enumerable.Range(0, Coordinates).Select(k => (((corner >> k) & 1) * 2.0) - 1));
        var largest = units.At(tensor(corners.ToArray()).view(-1, Coordinates)).amax([0]).data<double>().ToArray();
        for (var unit = 0; unit < units.Count; unit++)
        {
            Assert.IsLessThanOrEqualTo(units.Bound(unit) * (1 + 1e-12), largest[unit]);
        }
    }
}
