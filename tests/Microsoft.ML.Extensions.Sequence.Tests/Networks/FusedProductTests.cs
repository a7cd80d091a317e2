using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

/// <summary>Against libtorch's products in double precision.</summary>
[TestClass]
public sealed class FusedProductTests
{
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(3, 5, 2)]
    [DataRow(192, 64, 192)]
    [DataRow(257, 12, 37)]
    [DataRow(1100, 33, 20)]
    [DataRow(5000, 64, 64)]
    public void Linear_EqualsLibtorch(int count, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        Tensor[] arguments = [Tensors.Random(1, 1, count, inputs), Tensors.Random(2, outputs, inputs), Tensors.Random(3, outputs)];
        Compare(
            arguments, values => FusedProduct.Linear(values[0], values[1], values[2]),
            values => nn.functional.linear(values[0], values[1], values[2]));
    }

    [TestMethod]
    [DataRow(1, 4, 6, 1)]
    [DataRow(200, 64, 192, 1)]
    [DataRow(200, 64, 96, 2)]
    [DataRow(600, 24, 9, 3)]
    public void ByHead_EqualsLibtorch(int count, int inputs, int outputs, int heads)
    {
        using var scope = NewDisposeScope();
        Tensor[] arguments = [Tensors.Random(1, count, inputs), Tensors.Random(2, heads, inputs / heads, outputs)];
        Compare(
            arguments, values => FusedProduct.ByHead(values[0], values[1]),
            values => values[0].reshape(count, heads, inputs / heads).transpose(0, 1).bmm(values[1]));
    }

    [TestMethod]
    public void Weights_WithManyZeros_HaveTheSameProductsAndAllGradients()
    {
        using var scope = NewDisposeScope();
        var weight = Tensors.Random(2, 64, 64) * Tensors.Random(4, 64, 64).ge(Torch.Numbers.One).to_type(ScalarType.Float32);
        Compare(
            [Tensors.Random(1, 1, 50, 64), weight, Tensors.Random(3, 64)], values => FusedProduct.Linear(values[0], values[1], values[2]),
            values => nn.functional.linear(values[0], values[1], values[2]));
    }

    private static void Compare(Tensor[] arguments, Func<Tensor[], Tensor> fused, Func<Tensor[], Tensor> reference)
    {
        var (actual, expected) = (Results(fused, ScalarType.Float32), Results(reference, ScalarType.Float64));
        for (var i = 0; i < expected.Length; i++)
        {
            Tensors.AssertClose(expected[i], actual[i], Tolerance, i == 0 ? "output" : $"gradient {i - 1}");
        }

        Tensor[] Results(Func<Tensor[], Tensor> run, ScalarType type)
        {
            var values = arguments.Select(value => value.detach().to(type).requires_grad_(true)).ToArray();
            var output = run(values);
            (output * Tensors.Random(9, output.shape).to(type)).sum().backward();
            return [output.detach(), .. values.Select(value => value.grad!)];
        }
    }
}
