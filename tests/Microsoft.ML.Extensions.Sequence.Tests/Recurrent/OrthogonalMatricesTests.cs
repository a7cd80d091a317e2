using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

[TestClass]
public sealed class OrthogonalMatricesTests
{
    private const int Wide = OrthogonalMatrices.WidestAtOnce + 30;

    [TestMethod]
    [DataRow(1)]
    [DataRow(50)]
    [DataRow(300)]
    public void Blocks_GiveTheMatrixOfOneCall(int width)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var matrix = randn([width, width], generator: generator);
        var direct = OrthogonalMatrices.AtOnce(matrix.to_type(ScalarType.Float64).unsqueeze(0))[0];
        OrthogonalMatrices.InBlocks(matrix);
        Tensors.AssertClose(direct.to_type(ScalarType.Float32), matrix, Tolerance.Single);
    }

    [TestMethod]
    public void WideMatrices_AreOrthogonal_EachAnother()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var parts = OrthogonalMatrices.Of(2, Wide, generator).view(2, Wide, Wide);
        foreach (var part in parts.unbind(0))
        {
            Tensors.AssertClose(eye(Wide), part.mm(part.t()), Tolerance.Single);
        }
        Assert.IsGreaterThan(0.01, (parts[0] - parts[1]).abs().mean().Item<float>());
    }

    [TestMethod]
    public void CancelledFit_StopsBetweenTheBlocks_AndLeavesNoTensor() => Stops.AssertAtEach(
        checkAlive =>
        {
            using var generator = new Generator(1);
            using var limit = NetworkMemory.Limit(long.MaxValue, 1, checkAlive);
            OrthogonalMatrices.Of(1, Wide, generator).Dispose();
        },
        every: 9, least: 2 * Wide / 64);
}
