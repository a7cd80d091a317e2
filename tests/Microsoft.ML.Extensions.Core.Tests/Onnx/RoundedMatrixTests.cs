using Microsoft.ML.Extensions.Onnx;

namespace Microsoft.ML.Extensions.Core.Tests.Onnx;

[TestClass]
public sealed class RoundedMatrixTests
{
    private const int Outputs = 7, Inputs = 40;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void NumbersOfOneScaleAPlace_AreFoundToTheBit(int axis)
    {
        long[] shape = axis switch { 0 => [Outputs, Inputs], 1 => [1, Outputs, Inputs], _ => [4, Inputs / 4, Outputs] };
        var (values, place) = Rounded(axis, shape);
        var found = RoundedMatrix.Of(values, shape);
        Assert.IsNotNull(found);
        CollectionAssert.AreEqual(shape.Select((size, at) => at == axis ? size : 1L).ToArray(), found.ScaleShape);
        for (var at = 0; at < values.Length; at++)
        {
            Assert.AreEqual(values[at], found.Whole[at] * found.Scales[place(at)], 0f, $"{at}");
        }
    }

    [TestMethod]
    public void APartOfTheInputs_IsFound_ThoughItLacksTheLargest()
    {
        var (values, _) = Rounded(0, [Outputs, 2 * Inputs]);
        var part = Enumerable.Range(0, Outputs).SelectMany(row => values.AsSpan(row * 2 * Inputs, Inputs).ToArray()).ToArray();
        Assert.IsNotNull(RoundedMatrix.Of(part, [Outputs, Inputs]));
    }

    [TestMethod]
    public void AllElse_StaysAsItIs()
    {
        var random = new Random(1);
        float[] any = [.. Enumerable.Range(0, Outputs * Inputs).Select(_ => random.NextSingle() - 0.5f)];
        Assert.IsNull(RoundedMatrix.Of(any, [Outputs, Inputs]), "any numbers");
        var (values, _) = Rounded(0, [Outputs, Inputs]);
        Assert.IsNull(RoundedMatrix.Of(values, [Outputs * Inputs]), "one axis");
        Assert.IsNull(RoundedMatrix.Of(values[..(5 * Inputs)], [5, Inputs]), "few numbers");
        Assert.IsNull(RoundedMatrix.Of(any, [Outputs * Inputs, 1]), "one number a scale");
        values[3] = MathF.BitIncrement(values[3]);
        Assert.IsNull(RoundedMatrix.Of(values, [Outputs, Inputs]), "one bit beside the scale");
        values[3] = float.NaN;
        Assert.IsNull(RoundedMatrix.Of(values, [Outputs, Inputs]), "NaN");
    }

    [TestMethod]
    public void ZerosAreZero()
    {
        var found = RoundedMatrix.Of(new float[Outputs * Inputs], [Outputs, Inputs]);
        Assert.IsNotNull(found);
        Assert.IsTrue(found.Whole.All(whole => whole == 0) && found.Scales.All(float.IsNormal));
    }

    // As ml.Model.Quantize rounds.
    private static (float[] Values, Func<int, int> Place) Rounded(int axis, long[] shape)
    {
        var random = new Random(2);
        var inner = (int)shape[(axis + 1)..].Aggregate(1L, (product, size) => product * size);
        int Place(int at) => at / inner % (int)shape[axis];
        var scales = Enumerable.Range(0, (int)shape[axis]).Select(_ => 0.001f + random.NextSingle()).ToArray();
        var count = (int)shape.Aggregate(1L, (product, size) => product * size);
        return ([.. Enumerable.Range(0, count).Select(at => (float)random.Next(-127, 128) * scales[Place(at)])], Place);
    }
}
