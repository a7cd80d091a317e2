using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class SensitivitySpaceTests
{
    [TestMethod]
    public void SquaredLength_IsTheMeanSquareOfTheChangeToFirstOrder()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var gradients = randn([40, 6], ScalarType.Float64, generator: generator);
        using var space = SensitivitySpace.Of(gradients, () => { });
        var x = randn([6], ScalarType.Float64, generator: generator);
        Assert.AreEqual(gradients.mv(x).Squared().mean().Item<double>(), space.Root.mv(x).Squared().sum().Item<double>(), 1e-10);
    }

    [TestMethod]
    public void WhatNoGradientReads_IsNothing()
    {
        using var scope = NewDisposeScope();
        var gradients = zeros([5, 3], ScalarType.Float64);
        gradients[TensorIndex.Colon, 1] = tensor(new double[] { 1, 2, 3, 4, 5 });
        using var space = SensitivitySpace.Of(gradients, () => { });
        Assert.IsLessThan(1e-9, space.Root.mv(tensor(new double[] { 7, 0, -2 })).abs().max().Item<double>());
        Assert.AreEqual(Math.Sqrt(11), space.Root.mv(tensor(new double[] { 0, 1, 0 })).norm().Item<double>(), 1e-10);
    }

    [TestMethod]
    public void NoGradientAtAll_GivesZeros_NotNaN()
    {
        using var scope = NewDisposeScope();
        using var space = SensitivitySpace.Of(zeros([4, 3]), () => { });
        Assert.AreEqual(0, space.Root.abs().sum().Item<float>());
    }

    // Rows are taken some at a time where the space is wide.
    [TestMethod]
    public void ManyGradients_AreStoppedBetweenRows()
    {
        using var scope = NewDisposeScope();
        var gradients = zeros([4_000, 1_600], ScalarType.Float32);
        var looks = 0;
        LiveTensors.AssertNoneLeft(() => Assert.ThrowsExactly<OperationCanceledException>(() => SensitivitySpace.Of(gradients, () =>
        {
            if (++looks == 3)
            {
                throw new OperationCanceledException();
            }
        })));
    }
}
