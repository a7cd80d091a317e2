using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
public sealed class TensorSpansTests
{
    [TestMethod]
    public void AsSpan_WrittenThrough_ChangesTheTensor()
    {
        using var tensor = torch.zeros(2, 3);
        tensor.AsSpan()[5] = 7;
        Assert.AreEqual(7f, tensor[1, 2].Item<float>());
    }

    [TestMethod]
    public void AsSpan_OfSlice_BeginsAtTheSlice()
    {
        using var tensor = Numbers.Range(6, torch.ScalarType.Float32);
        using var slice = tensor.slice(0, 2, 5, 1);
        CollectionAssert.AreEqual(new[] { 2f, 3f, 4f }, slice.AsSpan().ToArray());
    }

    [TestMethod]
    public unsafe void AsPointer_PointsToTheFirstElement()
    {
        using var tensor = Numbers.Range(6, torch.ScalarType.Float32);
        using var slice = tensor.slice(0, 2, 5, 1);
        Assert.AreEqual(4f, slice.AsPointer()[2]);
    }

    [TestMethod]
    public void AsSpan_OfEmptyTensor_IsEmpty()
    {
        using var tensor = torch.zeros(0, 3);
        Assert.AreEqual(0, tensor.AsSpan().Length);
    }

    [TestMethod]
    public void AsSpan_OfParameter_Works()
    {
        using var tensor = torch.ones(2, requires_grad: true);
        Assert.AreEqual(1f, tensor.AsSpan()[1]);
    }

    [TestMethod]
    public void AsSpan_MakesNoTensor()
    {
        using var tensor = torch.ones(2);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        tensor.AsSpan();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void AsSpan_OfStridedTensor_Refuses()
    {
        using var tensor = torch.zeros(2, 3);
        using var transposed = tensor.t();
        Assert.ThrowsExactly<InvalidOperationException>(() => transposed.AsSpan());
    }

    [TestMethod]
    public void AsSpan_OfAnotherType_Refuses()
    {
        using var tensor = torch.zeros(2, dtype: torch.float64);
        var e = Assert.ThrowsExactly<ArgumentException>(() => tensor.AsSpan());
        StringAssert.Contains(e.Message, "Float64");
    }
}
