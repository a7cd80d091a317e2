using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
public sealed class TorchDeviceTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Resolve_WithoutRequest_GivesTheCpu(bool fallback) =>
        Assert.AreEqual(DeviceType.CPU, TorchDevice.Resolve(null, fallback).type);

    [TestMethod]
    public void Resolve_OfGpuThatIsNotThere_FallsBackWhereAllowed() =>
        Assert.AreEqual(DeviceType.CPU, TorchDevice.Resolve(1000, fallbackToCpu: true).type);

    [TestMethod]
    public void Resolve_OfGpuThatIsNotThere_RefusesWithoutFallback()
    {
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => TorchDevice.Resolve(1000, fallbackToCpu: false));
        StringAssert.Contains(e.Message, "GPU 1000");
    }

    [TestMethod]
    public void IsUsable_HoldsForTheDevicesCounted()
    {
        Assert.IsTrue(TorchDevice.IsUsable(1, fallbackToCpu: false, gpuCount: 2));
        Assert.IsFalse(TorchDevice.IsUsable(2, fallbackToCpu: true, gpuCount: 2));
        Assert.IsFalse(TorchDevice.IsUsable(-1, fallbackToCpu: true, gpuCount: 2));
    }
}
