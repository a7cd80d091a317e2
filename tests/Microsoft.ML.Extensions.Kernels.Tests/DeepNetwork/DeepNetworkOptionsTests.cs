namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class DeepNetworkOptionsTests
{
    [TestMethod]
    public void WithoutAnArchitecture_DepthAndWidthMakeIt()
    {
        var plan = new DeepNetworkOptions { Depth = 4, Width = 9, ResidualWeight = 0.5 }.Plan();

        CollectionAssert.AreEqual(Enumerable.Repeat(new LayerPlan(9), 4).ToArray(), plan.Layers.ToArray());
        Assert.AreEqual((DeepActivation.Relu, DeepNormalization.None, 0.5), (plan.Activation, plan.Normalization, plan.ResidualWeight));
    }

    [TestMethod]
    public void WhatTheArchitectureSays_GoesBeforeTheOptions()
    {
        var options = new DeepNetworkOptions
        {
            Architecture = "fc 3, tanh, residual 0.25",
            Activation = DeepActivation.Gelu,
            Normalization = DeepNormalization.Batch,
            ResidualWeight = 0.5
        };
        var plan = options.Plan();

        Assert.AreEqual((DeepActivation.Tanh, DeepNormalization.Batch, 0.25), (plan.Activation, plan.Normalization, plan.ResidualWeight));
    }

    [TestMethod]
    public void ArchitectureThatCannotBeRead_IsAnErrorOfTheOptions()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            new MLContext(1).MulticlassClassification.Trainers.DeepNetwork(new DeepNetworkOptions { Architecture = "fc x" }));
        StringAssert.Contains(error.Message, "Architecture, position 4: 'x' stands where a width is wanted");
    }

    [TestMethod]
    [DataRow(null, DeepActivation.Sigmoid)]
    [DataRow("fc 3, softplus", DeepActivation.Relu)]
    public void CriticalInitialization_OfAnActivationWithoutACriticalPoint_IsRefusedWithTheReason(
        string? architecture, DeepActivation activation)
    {
        var options = new DeepNetworkOptions { Architecture = architecture, Activation = activation };
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).Regression.Trainers.DeepNetwork(options));
        StringAssert.Contains(error.Message, "has no critical point: ");
        StringAssert.Contains(error.Message, "Set Initialization to TorchDefault or LeCun");
        options.Initialization = DeepInitialization.LeCun;
        new MLContext(1).Regression.Trainers.DeepNetwork(options);
    }
}
