namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class ArchitectureReaderTests
{
    [TestMethod]
    public void FullyConnectedLayers_AreRepeated()
    {
        var plan = ArchitectureReader.Read("fc 256 x 2, fc 10, relu");

        CollectionAssert.AreEqual(new LayerPlan[] { new(256), new(256), new(10) }, plan.Layers.ToArray());
        Assert.AreEqual((DeepActivation.Relu, null, null), (plan.Activation, plan.Normalization, plan.ResidualWeight));
        Assert.IsFalse(plan.NeedsImages);
    }

    [TestMethod]
    public void Convolutions_HaveASide_AndPoolsBelongToWhatReadsThem()
    {
        var plan = ArchitectureReader.Read("pool 4, conv 8, conv 32 5 x 2, pool 2, fc 128");

        CollectionAssert.AreEqual(new LayerPlan[] { new(8, 3, 4), new(32, 5), new(32, 5), new(128, 0, 2) }, plan.Layers.ToArray());
        Assert.AreEqual((1, true), (plan.LastPool, plan.NeedsImages));
        Assert.AreEqual(2, ArchitectureReader.Read("conv 8, pool 2").LastPool);
    }

    [TestMethod]
    public void CaseSpacesAndPlacesOfSettings_AreNoMatter()
    {
        var plan = ArchitectureReader.Read("  LayerNorm ,Residual 0.9,GELUTANH,FC 7 X 3");

        Assert.HasCount(3, plan.Layers);
        Assert.AreEqual((DeepActivation.GeluTanh, DeepNormalization.Layer, 0.9),
            (plan.Activation, plan.Normalization, plan.ResidualWeight));
    }

    [TestMethod]
    [DataRow("", 1, "nothing stands where a part is wanted: fc WIDTH")]
    [DataRow("relu", 5, "there is no hidden layer")]
    [DataRow("fc", 3, "nothing stands where a width is wanted, a whole number from 1 to 65536")]
    [DataRow("fc 0", 4, "'0' stands where a width")]
    [DataRow("fc 12.5", 4, "'12.5' stands where a width")]
    [DataRow("fc 70000", 4, "'70000' stands where a width")]
    [DataRow("fc 256 x", 9, "nothing stands where a number of layers is wanted")]
    [DataRow("fc 256 x 0", 10, "'0' stands where a number of layers")]
    [DataRow("fc 256 x 9000, fc 3 x 1001", 23, "these are 10001 layers; allowed are 10000")]
    [DataRow("fc 256 relu", 8, "'relu' follows a whole part; put a comma")]
    [DataRow("fc 256,, relu", 8, "',' stands where a part is wanted")]
    [DataRow("fc 256, dense 3", 9, "'dense' stands where a part is wanted")]
    [DataRow("fc 256, 3", 9, "'3' stands where a part is wanted")]
    [DataRow("fc 256, relu, tanh", 15, "an activation is given twice")]
    [DataRow("fc 256, batchnorm, layernorm", 20, "a norm is given twice")]
    [DataRow("fc 256, residual", 17, "nothing stands where a residual weight is wanted, a number from 0 to 0.9999")]
    [DataRow("fc 256, residual 1", 18, "'1' stands where a residual weight")]
    [DataRow("fc 256, conv 3", 9, "conv stands after fc")]
    [DataRow("fc 256, pool 2", 9, "pool stands after fc")]
    [DataRow("conv 8 4", 8, "a kernel's side is 4; it must be odd")]
    [DataRow("conv 8, pool 1", 14, "a side of 1 pools nothing")]
    [DataRow("conv 8, pool 2, pool 2", 17, "pool follows pool")]
    public void WhatCannotBeRead_IsRefusedByPositionWithWhatIsAllowed(string text, int position, string what)
    {
        var error = Assert.ThrowsExactly<FormatException>(() => ArchitectureReader.Read(text));
        StringAssert.StartsWith(error.Message, $"Architecture, position {position}: {what}");
    }
}
