using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
public sealed class NativeLibraryResolverTests
{
    [TestMethod]
    public void TorchSharp_WithoutAnyPreparation_Computes()
    {
        using var ones = torch.ones(2);
        using var sum = ones.sum();
        Assert.AreEqual(2f, sum.Item<float>());
    }

    [TestMethod]
    public void TorchSharp_RaisingInsideTheNativeLibrary_GivesAnException()
    {
        using var two = torch.ones(2);
        using var three = torch.ones(3);
        Assert.Throws<Exception>(() => two.Plus(three));
    }
}
