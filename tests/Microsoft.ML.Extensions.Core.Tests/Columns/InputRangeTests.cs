using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Core.Tests.Columns;

[TestClass]
public sealed class InputRangeTests
{
    [TestMethod]
    [DataRow(0.99f, true)]
    [DataRow(1.01f, false)]
    [DataRow(float.NaN, false)]
    [DataRow(float.PositiveInfinity, false)]
    public void Range_ReachesAMillionDeviationsFromTheMean(float millions, bool held)
    {
        var range = InputRange.Around([0, 5], [1, 2]);
        Assert.AreEqual(held, range.Holds(0, 1e6f * millions));
        Assert.AreEqual(held, range.Holds(0, -1e6f * millions));
        Assert.AreEqual(held, range.Holds(1, 5 + (2e6f * millions)));
    }
}
