using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Pretrained;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Pretrained;

[TestClass]
public sealed class MappedSafetensorsTests
{
    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.Float16)]
    [DataRow(ScalarType.BFloat16)]
    [DataRow(ScalarType.Float64)]
    [DataRow(ScalarType.Int64)]
    [DataRow(ScalarType.Int32)]
    [DataRow(ScalarType.Int16)]
    [DataRow(ScalarType.Int8)]
    [DataRow(ScalarType.Byte)]
    [DataRow(ScalarType.Bool)]
    public void Read_OfWritten_GivesTheSameTensor(ScalarType type)
    {
        using var scope = NewDisposeScope();
        (string Name, Tensor Value)[] values = [("a", Numbers.Range(-3, 3, ScalarType.Float32).reshape(2, 3).to_type(type)),
            ("none", zeros(0, 5).to_type(type)), ("one", ones([]).to_type(type))];
        using var file = new TempFile(Safetensors.Write(values));
        using var mapped = new MappedSafetensors(file.Path);
        Assert.HasCount(values.Length, mapped.Shapes);
        foreach (var (name, value) in values)
        {
            var read = mapped.Read(name);
            Assert.AreEqual(type, read.dtype);
            CollectionAssert.AreEqual(value.shape, read.shape);
            CollectionAssert.AreEqual(value.bytes.ToArray(), read.bytes.ToArray());
        }
        Assert.ThrowsExactly<KeyNotFoundException>(() => mapped.Read("b"));
    }

    [TestMethod]
    public void Constructor_OfDamagedFile_NamesIt()
    {
        using var scope = NewDisposeScope();
        using var file = new TempFile(Safetensors.Write([("a", ones(3))])[..^1]);
        var message = Assert.ThrowsExactly<FormatException>(() => new MappedSafetensors(file.Path)).Message;
        StringAssert.Contains(message, file.Path);
        StringAssert.Contains(message, "cut off");
    }

    [TestMethod]
    public void Read_OfATypeThatCannotBeComputedWith_SaysSo_AndOthersAreRead()
    {
        using var scope = NewDisposeScope();
        var bytes = Safetensors.Write([("a", ones(3).to_type(ScalarType.Int16)), ("b", ones(2))]);
        "\"U16\""u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("\"I16\""u8)));
        using var file = new TempFile(bytes);
        using var mapped = new MappedSafetensors(file.Path);
        Assert.AreEqual(2, mapped.Read("b").sum().Item<float>());
        var message = Assert.ThrowsExactly<FormatException>(() => mapped.Read("a")).Message;
        StringAssert.Contains(message, "'a'");
        StringAssert.Contains(message, "U16");
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Safetensors.Read(bytes)).Message, "U16");
    }

    [TestMethod]
    public void Read_OfBooleanThatIsNone_SaysSo()
    {
        using var scope = NewDisposeScope();
        var bytes = Safetensors.Write([("a", ones(3).to_type(ScalarType.Bool))]);
        bytes[^1] = 7;
        using var file = new TempFile(bytes);
        using var mapped = new MappedSafetensors(file.Path);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => mapped.Read("a")).Message, "neither 0 nor 1");
    }
}
