using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics.Recurrence;

/// <summary>The elementary functions of the lanes against the library's in double precision, and against each other.</summary>
[TestClass]
public sealed unsafe class LaneMathTests
{
    // Every 1009th float of each sign: 4.2 million values of all magnitudes.
    private const int Stride = 1009;
    private const uint Infinity = 0x7F800000;

    /// <summary>2^-23: the distance of one unit in the last place, relative.</summary>
    private const double Ulp = 1.0 / (1 << 23);

    [TestMethod]
    public void Sigmoid_IsWithinThreeUlps()
    {
        Assert.IsTrue(WorstRelativeError(LaneMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), bound: 87) < 3 * Ulp);
    }

    [TestMethod]
    public void Tanh_IsWithinThreeUlps()
    {
        Assert.IsTrue(WorstRelativeError(LaneMath.Tanh, Math.Tanh, float.MaxValue) < 3 * Ulp);
    }

    [TestMethod]
    public void Exp_IsWithinThreeUlps()
    {
        Assert.IsTrue(WorstRelativeError(LaneMath.Exp, Math.Exp, bound: 87) < 3 * Ulp);
    }

    // Against a sum of the derivative, e^(-x^2), by Simpson's rule.
    [TestMethod]
    public void Erf_IsWithinSixTenMillionths()
    {
        const double step = 1e-4;
        var sum = 0.0;
        for (var x = 0.0; x < 6; x += step)
        {
            Assert.AreEqual(2 / Math.Sqrt(Math.PI) * sum, Number(LaneMath.Erf(new ScalarLane((float)x))), 6e-7);
            Assert.AreEqual(-2 / Math.Sqrt(Math.PI) * sum, Number(LaneMath.Erf(new ScalarLane(-(float)x))), 6e-7);
            sum += step / 6 * (Math.Exp(-x * x) + (4 * Math.Exp(-(x + (step / 2)) * (x + (step / 2)))) + Math.Exp(-(x + step) * (x + step)));
        }
        Assert.AreEqual(1f, Number(LaneMath.Erf(new ScalarLane(float.PositiveInfinity))));
        Assert.AreEqual(-1f, Number(LaneMath.Erf(new ScalarLane(-30))));
    }

    [TestMethod]
    public void Exp_BeyondItsBounds_StaysAtThem()
    {
        Assert.AreEqual(Number(LaneMath.Exp(new ScalarLane(87))), Number(LaneMath.Exp(new ScalarLane(float.PositiveInfinity))));
        Assert.AreEqual(Number(LaneMath.Exp(new ScalarLane(-87))), Number(LaneMath.Exp(new ScalarLane(float.NegativeInfinity))));
    }

    [TestMethod]
    public void Select_TakesTheFirstOfThePositive()
    {
        foreach (var (condition, expected) in new[] { (1f, 2f), (float.Epsilon, 2f), (0f, 3f), (-1f, 3f), (float.NaN, 3f) })
        {
            Assert.AreEqual(expected, Number(ScalarLane.Select(new(condition), new(2), new(3))), $"{condition}");
        }
    }

    [TestMethod]
    public void Relu_KeepsThePositive()
    {
        foreach (var value in new[] { -2f, 0f, 3f, float.NegativeInfinity, float.PositiveInfinity })
        {
            Assert.AreEqual(Math.Max(0, value), Number(Relu(new ScalarLane(value))));
        }
    }

    [TestMethod]
    [DataRow(float.PositiveInfinity, 1f, 1f)]
    [DataRow(float.MaxValue, 1f, 1f)]
    [DataRow(100f, 1f, 1f)]
    [DataRow(0f, 0.5f, 0f)]
    [DataRow(-100f, 0f, -1f)]
    [DataRow(float.NegativeInfinity, 0f, -1f)]
    public void Functions_AtTheEnds_TakeTheirLimits(float value, float sigmoid, float tanh)
    {
        Assert.AreEqual(sigmoid, Number(LaneMath.Sigmoid(new ScalarLane(value))), 2e-38f);
        Assert.AreEqual(tanh, Number(LaneMath.Tanh(new ScalarLane(value))));
    }

    [TestMethod]
    public void Tanh_OfAVerySmallNumber_IsThatNumber() =>
        Assert.AreEqual(1e-30f, Number(LaneMath.Tanh(new ScalarLane(1e-30f))));

    [TestMethod]
    public void Tanh_NeverLeavesTheUnitInterval()
    {
        foreach (var x in Floats(float.MaxValue))
        {
            Assert.IsTrue(MathF.Abs(Number(LaneMath.Tanh(new ScalarLane(x)))) <= 1);
        }
    }

    [TestMethod]
    [DataRow(0x7FC00000u)]
    [DataRow(0x7FC00001u)]
    [DataRow(0xFFFFFFFFu)]
    public void Functions_OfNaN_AreNaN(uint bits)
    {
        var value = BitConverter.UInt32BitsToSingle(bits);
        var values = Enumerable.Repeat(value, 16).ToArray();
        Assert.IsTrue(All<ScalarLane>(values).Concat(All<Lane128>(values)).Concat(All<Lane256>(values)).Concat(All<Lane512>(values))
            .All(float.IsNaN));
    }

    [TestMethod]
    public void EveryWidth_GivesTheSameBits()
    {
        var values = Floats(200).Where((_, i) => i % 64 == 0).Concat([float.PositiveInfinity, float.NegativeInfinity]).ToArray();
        values = values[..(values.Length / 16 * 16)];
        var expected = All<ScalarLane>(values);
        CollectionAssert.AreEqual(expected, All<Lane128>(values));
        CollectionAssert.AreEqual(expected, All<Lane256>(values));
        CollectionAssert.AreEqual(expected, All<Lane512>(values));
    }

    private static double WorstRelativeError(Func<ScalarLane, ScalarLane> function, Func<double, double> exact, float bound)
    {
        var worst = 0.0;
        foreach (var x in Floats(bound))
        {
            var expected = exact(x);
            var error = expected == 0 ? 0 : Math.Abs((Number(function(new ScalarLane(x))) / expected) - 1);
            worst = Math.Max(worst, error);
        }
        return worst;
    }

    // Normal numbers only: below them relative error has no meaning in single precision.
    private static IEnumerable<float> Floats(float bound)
    {
        for (var bits = 0x00800000u; bits < Infinity; bits += Stride)
        {
            var value = BitConverter.UInt32BitsToSingle(bits);
            if (value > bound)
            {
                yield break;
            }
            yield return value;
            yield return -value;
        }
    }

    private static T Relu<T>(T value) where T : ILane<T> => T.Relu(value);

    // The functions and the arithmetic of a lane, one after the other.
    private static float[] All<T>(float[] values) where T : struct, IFloatLane<T>
    {
        var results = new float[8 * values.Length];
        fixed (float* source = values)
        fixed (float* target = results)
        {
            for (var i = 0; i < values.Length; i += T.Width)
            {
                var x = T.Load(source + i);
                T.Store(T.Sigmoid(x), target + i);
                T.Store(T.Tanh(x), target + values.Length + i);
                T.Store(T.MultiplyAdd(x, T.Complement(x), x - (x * x)), target + (2 * values.Length) + i);
                T.Store((x + T.Constant(0.1)) / x, target + (3 * values.Length) + i);
                T.Store(T.Exp(x), target + (4 * values.Length) + i);
                T.Store(-x, target + (5 * values.Length) + i);
                T.Store(T.Select(x, x * x, x + x), target + (6 * values.Length) + i);
                T.Store(T.Relu(x), target + (7 * values.Length) + i);
            }
        }
        return results;
    }

    private static float Number(ScalarLane lane)
    {
        float number;
        ScalarLane.Store(lane, &number);
        return number;
    }
}
