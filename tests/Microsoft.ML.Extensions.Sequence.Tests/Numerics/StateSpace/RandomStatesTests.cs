using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class RandomStatesTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    [DataRow(20)]
    public void Stable_DecaysAtLeastAsFastAsPromised(int size)
    {
        var random = new Random(3);
        var normal = new double[size, size];
        for (var n = 0; n < size * size; n++)
        {
            normal[n / size, n % size] = Normal.Next(random);
        }
        var system = StateSpaceRecurrence.Discretize(RandomStates.Stable(normal), [.. Enumerable.Repeat(1.0, size)], 0.01, 0.5);
        var states = system.Krylov(2000);
        double Norm(int step) => Math.Sqrt(states[step].Sum(x => x * x));
        // The symmetric part is at most -1/2, so the norm itself falls by e^(-1/2) a unit of time.
        Assert.IsLessThan(Norm(0) * Math.Exp(-0.49 * 19), Norm(1900));
    }
}
