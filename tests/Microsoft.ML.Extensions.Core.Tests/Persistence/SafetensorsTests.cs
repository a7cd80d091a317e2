using System.Text;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Persistence;

[TestClass]
public sealed class SafetensorsTests
{
    private DisposeScope _scope = null!;

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close() => _scope.Dispose();

    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.Float64)]
    [DataRow(ScalarType.Int64)]
    [DataRow(ScalarType.Byte)]
    [DataRow(ScalarType.Bool)]
    public void Read_OfWritten_GivesTheSameTensor(ScalarType type)
    {
        foreach (var shape in new long[][] { [], [0], [1], [3, 0, 2], [2, 3] })
        {
            var value = Numbers.Range(shape.Aggregate(1L, (a, b) => a * b), ScalarType.Int64).reshape(shape).to_type(type);
            var read = Safetensors.Read(Safetensors.Write([("a", value)]))["a"];
            CollectionAssert.AreEqual(shape, read.shape);
            Assert.AreEqual(type, read.dtype);
            CollectionAssert.AreEqual(value.bytes.ToArray(), read.bytes.ToArray());
            read.Dispose();
        }
    }

    [TestMethod]
    public void Write_OfStridedTensorWithGradient_StoresItsElementsInOrder()
    {
        var value = Numbers.Range(6, ScalarType.Float32).reshape(2, 3).requires_grad_().t();
        using var read = Safetensors.Read(Safetensors.Write([("a", value)]))["a"];
        CollectionAssert.AreEqual(new[] { 0f, 3f, 1f, 4f, 2f, 5f }, read.data<float>().ToArray());
    }

    /// <summary>
    /// The bytes that the format's reference implementation expects of itself (huggingface/safetensors, tensor.rs, test_serialization).
    /// </summary>
    [TestMethod]
    [DataRow("attn.0", "1,2,3", 64)]
    [DataRow("attn0", "1,1,2,3", 72)]
    public void Write_GivesTheBytesOfTheReferenceImplementation(string name, string shape, int headerLength)
    {
        var value = Numbers.Range(6, ScalarType.Float32).reshape([.. shape.Split(',').Select(long.Parse)]);
        var header = $"{{\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{shape}],\"data_offsets\":[0,24]}}}}".PadRight(headerLength);
        byte[] data = [0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64];
        byte[] expected = [(byte)headerLength, 0, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(header), .. data];
        CollectionAssert.AreEqual(expected, Safetensors.Write([(name, value)]));
    }

    [TestMethod]
    public void Shapes_AreThoseOfTheTensors()
    {
        using var scope = NewDisposeScope();
        var shapes = Safetensors.Shapes(Safetensors.Write([("a", zeros(2, 3)), ("none", zeros(0, 4))]));
        CollectionAssert.AreEqual(new long[] { 2, 3 }, shapes["a"]);
        CollectionAssert.AreEqual(new long[] { 0, 4 }, shapes["none"]);
        Assert.HasCount(2, shapes);
    }

    [TestMethod]
    public void Write_PutsWideElementsFirst()
    {
        using var mask = ones(3, dtype: @bool);
        using var value = ones(1, dtype: float64);
        var entries = SafetensorsHeader.Read(Safetensors.Write([("mask", mask), ("value", value)]));
        CollectionAssert.AreEqual(new[] { "value", "mask" }, entries.Select(entry => entry.Name).ToArray());
        Assert.AreEqual(0, entries[0].Start % 8);
    }

    [TestMethod]
    public void Write_OfNoTensor_IsReadAsNone() => Assert.IsEmpty(Safetensors.Read(Safetensors.Write([])));

    [TestMethod]
    public void Write_KeepsNamesOfAnyLetters()
    {
        using var read = Safetensors.Read(Safetensors.Write([("Größe \"∑\"", ones(1))]))["Größe \"∑\""];
        Assert.AreEqual(1f, read.Item<float>());
    }

    [TestMethod]
    public void Write_OfUnknownTypeOrName_Refuses()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Safetensors.Write([("h", ones(1, dtype: complex64))])).Message, "'h'");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Safetensors.Write([("a", ones(1)), ("a", ones(1))])).Message, "'a'");
        Assert.ThrowsExactly<ArgumentException>(() => Safetensors.Write([("__metadata__", ones(1))]));
    }

    [TestMethod]
    public void Read_GivesTensorsOutsideTheScope()
    {
        IReadOnlyDictionary<string, Tensor> read;
        using (NewDisposeScope())
        {
            read = Safetensors.Read(Safetensors.Write([("a", ones(2))]));
        }
        Assert.IsFalse(read["a"].IsInvalid);
        read["a"].Dispose();
    }

    [TestMethod]
    public void Read_OfAnyTruncation_IsAFormatException()
    {
        var file = SmallFile();
        for (var length = 0; length < file.Length; length++)
        {
            Assert.ThrowsExactly<FormatException>(() => Safetensors.Read(file[..length]), $"{length} of {file.Length} bytes");
        }
    }

    [TestMethod]
    public void Read_OfRandomlySpoiltFile_ReadsOrIsAFormatException()
    {
        var file = SmallFile();
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var spoilt = (byte[])file.Clone();
            spoilt[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            AssertReadsOrRefuses(spoilt);
        }
    }

    private static byte[] SmallFile() => Safetensors.Write(
    [
        ("weight", ones(2, 3)), ("bias", zeros(2, dtype: float64)), ("steps", ones(1, dtype: int64)), ("mask", ones(3, dtype: @bool)),
    ]);

    private static void AssertReadsOrRefuses(byte[] file)
    {
        try
        {
            foreach (var tensor in Safetensors.Read(file).Values)
            {
                tensor.Dispose();
            }
        }
        catch (FormatException)
        {
            // A clear refusal is one of the two right answers; anything else fails the test.
        }
    }
}
