using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Networks;

[TestClass]
public sealed class WeightMatrixTests
{
    [TestMethod]
    public void Gates_AreMatricesOfTheirOwn_WithTheInputsLast()
    {
        using var scope = NewDisposeScope();
        // [2 gates * 3 outputs, 2 inputs]
        var values = tensor(Enumerable.Range(0, 12).Select(i => (float)i).ToArray(), 6, 2);
        var matrix = WeightMatrix.Of("w", values, WeightRole.InputToHidden, gates: 2);
        Assert.AreEqual((3, 2), (matrix.Rows, matrix.Columns));
        CollectionAssert.AreEqual(new float[] { 6, 7, 8, 9, 10, 11 }, matrix.ToMatrices(values)[1].data<float>().ToArray());
        CollectionAssert.AreEqual(values.data<float>().ToArray(), matrix.FromMatrices(matrix.ToMatrices(values), values.shape).data<float>().ToArray());
    }

    [TestMethod]
    public void Transposed_HasInputsFirst()
    {
        using var scope = NewDisposeScope();
        // [2 inputs, 2 gates * 3 outputs]
        var values = tensor(Enumerable.Range(0, 12).Select(i => (float)i).ToArray(), 2, 6);
        var matrix = WeightMatrix.Transposed("w", values, gates: 2);
        Assert.AreEqual((3, 2), (matrix.Rows, matrix.Columns));
        CollectionAssert.AreEqual(new float[] { 3, 9, 4, 10, 5, 11 }, matrix.ToMatrices(values)[1].data<float>().ToArray());
        CollectionAssert.AreEqual(values.data<float>().ToArray(), matrix.FromMatrices(matrix.ToMatrices(values), values.shape).data<float>().ToArray());
    }

    [TestMethod]
    public void Convolution_HasItsKernelAmongTheRows()
    {
        using var scope = NewDisposeScope();
        var values = tensor(Enumerable.Range(0, 12).Select(i => (float)i).ToArray(), 2, 3, 2);
        var matrix = WeightMatrix.Of("w", values);
        Assert.AreEqual((4, 3), (matrix.Rows, matrix.Columns));
        CollectionAssert.AreEqual(new float[] { 0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11 }, matrix.ToMatrices(values).data<float>().ToArray());
        CollectionAssert.AreEqual(values.data<float>().ToArray(), matrix.FromMatrices(matrix.ToMatrices(values), values.shape).data<float>().ToArray());
        var size = matrix.Size(12);
        Assert.AreEqual((3L, 2L, 2L, 2L), (size.Inputs, size.Outputs, size.KernelSum, size.KernelSize));
    }

    [TestMethod]
    public void HeadsOfABlockDiagonalMatrix_AreRowsOfEveryGate()
    {
        using var scope = NewDisposeScope();
        // [2 heads, 3 inputs, 2 gates, 1 output]
        var values = tensor(Enumerable.Range(0, 12).Select(i => (float)i).ToArray(), 2, 3, 2, 1);
        var matrix = WeightMatrix.ByHead("w", values, WeightRole.InputToHidden);
        Assert.AreEqual((2, 2, 3), (matrix.Gates, matrix.Rows, matrix.Columns));
        CollectionAssert.AreEqual(new float[] { 1, 3, 5, 7, 9, 11 }, matrix.ToMatrices(values)[1].data<float>().ToArray());
        CollectionAssert.AreEqual(values.data<float>().ToArray(), matrix.FromMatrices(matrix.ToMatrices(values), values.shape).data<float>().ToArray());
        Assert.AreEqual(1, matrix.Size(6).Outputs);
    }
}
