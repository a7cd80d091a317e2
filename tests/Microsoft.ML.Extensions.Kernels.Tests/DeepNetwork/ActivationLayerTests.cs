using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class ActivationLayerTests
{
    [TestMethod]
    public void Tensors_HaveTheValuesAndDerivativesOfTheFunction()
    {
        double[] points = [-6, -1.3, -0.2, 0.7, 3, 25];
        foreach (var kind in Enum.GetValues<DeepActivation>())
        {
            using var scope = NewDisposeScope();
            var function = ActivationFunction.Of(kind, 0.2);
            var z = tensor(points, dtype: ScalarType.Float64, requires_grad: true);
            var values = new ActivationLayer(kind, 0.2).call(z);
            values.sum().backward();
            for (var i = 0; i < points.Length; i++)
            {
                Assert.AreEqual(function.Value(points[i]), values[i].Item<double>(), 1e-12, $"{kind} at {points[i]}");
                Assert.AreEqual(function.Derivative(points[i]), z.grad![i].Item<double>(), 1e-12, $"{kind}' at {points[i]}");
            }
        }
    }
}
