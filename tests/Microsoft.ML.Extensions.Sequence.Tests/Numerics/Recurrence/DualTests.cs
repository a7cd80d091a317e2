using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.Recurrence;

/// <summary>The derivative that a dual number carries, against central differences.</summary>
[TestClass]
public sealed class DualTests
{
    private const double Difference = 1e-6, Allowed = 1e-8;

    private delegate Dual<DoubleLane> Function(Dual<DoubleLane> x);

    private static readonly Dictionary<string, Function> Functions = new()
    {
        ["sum"] = x => x + (x + Dual<DoubleLane>.Constant(2)),
        ["difference"] = x => Dual<DoubleLane>.Constant(2) - x,
        ["negation"] = x => -x,
        ["product"] = x => x * (x * Dual<DoubleLane>.Constant(3)),
        ["quotient"] = x => (x + x) / (x * x + Dual<DoubleLane>.Constant(1)),
        ["multiply and add"] = x => Dual<DoubleLane>.MultiplyAdd(x, x, x),
        ["complement"] = Dual<DoubleLane>.Complement,
        ["sigmoid"] = Dual<DoubleLane>.Sigmoid,
        ["tanh"] = Dual<DoubleLane>.Tanh,
        ["exp"] = Dual<DoubleLane>.Exp,
        ["select"] = x => Dual<DoubleLane>.Select(x, x * x, -x),
        ["relu"] = Relu,
    };

    [TestMethod]
    public void Tangent_IsTheDerivative()
    {
        foreach (var (name, function) in Functions)
        {
            foreach (var x in new[] { -2.5, -0.3, 0.4, 1.9 })
            {
                var slope = (At(function, x + Difference) - At(function, x - Difference)) / (2 * Difference);
                Assert.AreEqual(slope, function(new(x, 1)).Tangent.Value, Allowed, $"{name} at {x}");
                Assert.AreEqual(3 * slope, function(new(x, 3)).Tangent.Value, 3 * Allowed, $"{name} at {x}, three times");
            }
        }
    }

    private static double At(Function function, double x) => function(new(x, 0)).Value.Value;

    private static Dual<DoubleLane> Relu(Dual<DoubleLane> x) => OfLane(x);

    private static T OfLane<T>(T value) where T : ILane<T> => T.Relu(value);
}
