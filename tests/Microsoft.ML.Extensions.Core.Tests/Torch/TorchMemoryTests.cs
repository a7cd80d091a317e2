using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
public sealed class TorchMemoryTests
{
    private const long TooMany = 1L << 50;

    [TestMethod]
    [DataRow(1L)]
    [DataRow(7L, 5L)]
    [DataRow(3L, 40L, 11L)]
    public void Uniform_IsWhatRandGives(params long[] shape)
    {
        using var scope = NewDisposeScope();
        using Generator one = new(7), other = new(7);
        AssertSame(rand(shape, generator: one), TorchMemory.Uniform(shape, other));
        Assert.AreEqual(ScalarType.Float64, TorchMemory.Uniform(shape, other, ScalarType.Float64).dtype);
    }

    [TestMethod]
    public void Uniform_OfTooMany_IsAnException()
    {
        using var generator = new Generator(1);
        Assert.ThrowsExactly<ExternalException>(() => TorchMemory.Uniform([TooMany], generator));
    }

    [TestMethod]
    public void Times_IsWhatMatmulGives()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        long[][] shapes = [[4], [3, 4], [4, 5], [2, 3, 4], [2, 4, 6], [1, 2, 3, 4], [5, 1, 4, 2]];
        foreach (var (left, right) in new[] { (1, 2), (1, 0), (3, 0), (3, 2), (3, 4), (5, 2), (5, 4), (5, 6) })
        {
            var (one, other) = (randn(shapes[left], generator: generator), randn(shapes[right], generator: generator));
            AssertSame(one.matmul(other), one.Times(other));
        }
    }

    [TestMethod]
    public void ProductThatIsTooLarge_IsAnException()
    {
        using var scope = NewDisposeScope();
        var column = zeros(1, 1).expand(1L << 25, 1);
        Assert.ThrowsExactly<ExternalException>(() => column.Times(column.t()));
    }

    [TestMethod]
    public void RunningMaximum_IsThatOfTheFirstDimension()
    {
        using var scope = NewDisposeScope();
        AssertSame(tensor(new float[] { 1, 3, 3, 5 }), tensor(new float[] { 1, 3, 2, 5 }).RunningMaximum());
    }

    [TestMethod]
    public void Guard_SaysWhatWantedHowMuch()
    {
        var e = Assert.ThrowsExactly<OutOfMemoryException>(() => TorchMemory.Guard(() => "The test", () => zeros(TooMany)));
        StringAssert.Contains(e.Message, $"The test needs {4 * TooMany} bytes more than this machine has");
        Assert.ThrowsExactly<ExternalException>(() => TorchMemory.Guard(() => "The test", () => zeros(2).view(3)));
        Assert.AreEqual(5, TorchMemory.Guard(() => "The test", () => 5));
    }

    [TestMethod]
    public void FailureInTheBackwardPass_IsThrownOnce_WhenThePassHasReturned()
    {
        var gradients = TorchMemory.Backward(3, () => throw new InvalidDataException("kept"));
        CollectionAssert.AreEqual(new Tensor?[3], gradients);
        Assert.AreEqual("kept", Assert.ThrowsExactly<InvalidDataException>(TorchMemory.ThrowFailure).Message);
        TorchMemory.ThrowFailure();
    }

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape);
        CollectionAssert.AreEqual(expected.contiguous().data<float>().ToArray(), actual.contiguous().data<float>().ToArray());
    }
}
