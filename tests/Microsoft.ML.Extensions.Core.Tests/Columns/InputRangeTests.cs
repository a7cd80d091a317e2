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

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(64)]
    [DataRow(300)]
    public void HoldsAll_FindsOneValueOfAnyChannelAndStep(int channels)
    {
        // Of even channels only the first deviation is allowed, of odd ones the second as well.
        var range = InputRange.Around(new float[channels], [.. Enumerable.Range(0, channels).Select(channel => 1f + (channel % 2))], farthest: 1);
        foreach (var steps in (int[])[0, 1, 2, 5, 70])
        {
            var values = Enumerable.Range(0, steps * channels).Select(i => i % channels % 2 == 1 ? 1.5f : -1f).ToArray();
            Assert.IsTrue(range.HoldsAll(values));
            for (var i = 0; i < values.Length; i++)
            {
                foreach (var other in (float[])[1.5f, -1.5f, 2.5f, -2.5f, float.NaN])
                {
                    var kept = values[i];
                    values[i] = other;
                    Assert.AreEqual(range.Holds(i % channels, other), range.HoldsAll(values), $"{other} at {i} of {values.Length}");
                    values[i] = kept;
                }
            }
        }
    }
}
