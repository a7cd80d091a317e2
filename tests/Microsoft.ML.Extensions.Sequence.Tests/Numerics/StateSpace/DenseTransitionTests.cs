using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class DenseTransitionTests
{
    [TestMethod]
    [DataRow(1, 0.5)]
    [DataRow(2, 0.0)]
    [DataRow(13, 0.5)]
    [DataRow(16, 1.0)]
    public void SystemAndStep_AreTheReference(int size, double alpha)
    {
        var random = new Random(1);
        var a = new double[size, size];
        for (var n = 0; n < size; n++)
        {
            for (var k = 0; k < size; k++)
            {
                a[n, k] = (20 * random.NextDouble()) - 10;
            }
        }
        if (size > 1)
        {
            // The first pivot is 0 where alpha is 1/2.
            a[0, 0] = 4;
        }
        var b = Enumerable.Range(0, size).Select(_ => random.NextSingle()).ToArray();
        var reference = StateSpaceRecurrence.Discretize(a, Array.ConvertAll(b, value => (double)value), 0.5, alpha);
        var system = DenseTransition.Of(a, b, 0.5, alpha);
        var state = Enumerable.Range(0, size).Select(_ => random.NextDouble()).ToArray();
        var next = new double[size];
        system.Advance(state, next);
        AssertClose(reference.Input, system.Input.ToArray());
        AssertClose(reference.Advance(state, 0), next);
        AssertClose(
            [.. reference.Transition.Cast<double>()], [.. Enumerable.Range(0, size * size).Select(i => system.At(i / size, i % size))]);
    }

    private static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.HasCount(expected.Count, actual);
        var bound = 1e-10 * Math.Max(1, expected.Max(Math.Abs));
        Assert.IsTrue(expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) <= bound));
    }
}
