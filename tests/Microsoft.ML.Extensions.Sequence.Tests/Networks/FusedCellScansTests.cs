using Microsoft.ML.Extensions.Numerics.Recurrence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

/// <summary>Against the two layers one after the other.</summary>
[TestClass]
public sealed class FusedCellScansTests
{
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow(6, 6, 1, "5 5")]
    [DataRow(20, 12, 2, "9 1 4")]
    [DataRow(64, 64, 2, "24 24 24 24")]
    [DataRow(3, 5, 1, "65 257")]
    public void BothDirections_EqualTwoLayers(int inputs, int channels, int heads, string lengths)
    {
        Compare<ParaGruCell>(inputs, channels, heads, lengths);
        Compare<ParaLstmCell>(inputs, channels, heads, lengths);
    }

    private static void Compare<TCell>(int inputs, int channels, int heads, string lengths)
        where TCell : struct, IRecurrentCell<TCell>
    {
        using var scope = NewDisposeScope();
        int[] rows = [.. lengths.Split(' ').Select(int.Parse)];
        var valid = Array.TrueForAll(rows, length => length == rows[0]) ? null : rows;
        using var generator = new Generator(1);
        using var forwards = new RecurrentCellLayer<TCell>(new RecurrentCellLayerOptions(inputs, channels, heads), generator);
        using var backwards = new RecurrentCellLayer<TCell>(new RecurrentCellLayerOptions(inputs, channels, heads, Reverse: true), generator);
        var steps = Tensors.Random(2, rows.Length, rows.Max(), inputs);
        var expected = Results(input => cat([forwards.call(input, valid), backwards.call(input, valid)], -1));
        var actual = Results(input => forwards.Both(input, valid, backwards)!);
        foreach (var (name, value) in expected)
        {
            Tensors.AssertClose(value, actual[name], Tolerance, $"{typeof(TCell).Name} {name}");
        }

        Dictionary<string, Tensor> Results(Func<Tensor, Tensor> run)
        {
            forwards.zero_grad();
            backwards.zero_grad();
            var input = steps.detach().clone().requires_grad_(true);
            var output = run(input);
            (output * Tensors.Random(3, output.shape)).sum().backward();
            return new[] { ("forwards", forwards), ("backwards", backwards) }
                .SelectMany(layer => layer.Item2.named_parameters().Select(own => (Name: $"{layer.Item1}.{own.name}", Value: own.parameter.grad!.clone())))
                .Append(("output", output.detach())).Append(("input", input.grad!)).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        }
    }
}
