using System.Text;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Core.Tests.Persistence;

[TestClass]
public sealed class SafetensorsHeaderTests
{
    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [DataRow("""{"__metadata__":{"by":"me"},"a":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"}}  """, 4)]
    [DataRow("""{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2)]
    [DataRow("""{"a":{"dtype":"F32","shape":[0,5],"data_offsets":[0,0]}}""", 0)]
    [DataRow("{}", 0)]
    [DataRow("""{"a":{"dtype":"I8","shape":[3],"data_offsets":[0,3]}}""", 3)]
    [DataRow("""{"a":{"dtype":"I16","shape":[3],"data_offsets":[0,6]}}""", 6)]
    [DataRow("""{"a":{"dtype":"U16","shape":[3],"data_offsets":[0,6]}}""", 6)]
    [DataRow("""{"a":{"dtype":"I32","shape":[3],"data_offsets":[0,12]}}""", 12)]
    [DataRow("""{"a":{"dtype":"U32","shape":[3],"data_offsets":[0,12]}}""", 12)]
    [DataRow("""{"a":{"dtype":"U64","shape":[3],"data_offsets":[0,24]}}""", 24)]
    [DataRow("""{"a":{"dtype":"C64","shape":[3],"data_offsets":[0,24]}}""", 24)]
    [DataRow("""{"a":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,3]}}""", 3)]
    [DataRow("""{"a":{"dtype":"F8_E5M2","shape":[3],"data_offsets":[0,3]}}""", 3)]
    [DataRow("""{"a":{"dtype":"F8_E8M0","shape":[3],"data_offsets":[0,3]}}""", 3)]
    [DataRow("""{"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]}}""", 3)]
    [DataRow("""{"a":{"dtype":"F4","shape":[4],"data_offsets":[0,2]}}""", 2)]
    public void Read_OfValidHeader_Accepts(string header, int data) => SafetensorsHeader.Read(File(header, data));

    [TestMethod]
    [DataRow("""{"a":{"dtype":"F8_E9M9","shape":[1],"data_offsets":[0,1]}}""", 1, "dtype 'F8_E9M9'", DisplayName = "unknown type")]
    [DataRow("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1, "whole bytes", DisplayName = "half a byte")]
    [DataRow("""{"a":{"dtype":5,"shape":[1],"data_offsets":[0,4]}}""", 4, "dtype '5'", DisplayName = "type that is no text")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes", DisplayName = "shape and data disagree")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "shape holds -1", DisplayName = "negative dimension")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "shape holds 1.5", DisplayName = "broken dimension")]
    [DataRow("""{"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}""", 4, "shape is not a list", DisplayName = "shape that is no list")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "too large", DisplayName = "shape product overflows")]
    [DataRow("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "too large", DisplayName = "strides overflow beside a zero")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "cut off", DisplayName = "data missing")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "not a range", DisplayName = "range backwards")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}""", 4, "not a range", DisplayName = "range beyond any file")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "not a range", DisplayName = "half a range")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""", 5, "gap or an overlap", DisplayName = "gap")]
    [DataRow("""{"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "gap or an overlap", DisplayName = "overlap")]
    [DataRow("""{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}""", 1, "neither 0 nor 1", DisplayName = "boolean of 7")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "must have dtype", DisplayName = "field missing")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "nothing else", DisplayName = "field too many")]
    [DataRow("""{"a":5}""", 0, "must have dtype", DisplayName = "description that is no object")]
    [DataRow("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "twice", DisplayName = "name twice")]
    public void Read_OfBadTensor_NamesItAndSaysWhy(string header, int data, string why)
    {
        var e = Assert.ThrowsExactly<FormatException>(() => SafetensorsHeader.Read(File(header, data)));
        StringAssert.Contains(e.Message, "'a'");
        StringAssert.Contains(e.Message, why);
    }

    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "1 bytes after", DisplayName = "bytes left over")]
    [DataRow("""{"__metadata__":{"by":1}}""", 0, "__metadata__", DisplayName = "metadata that is no text")]
    [DataRow("""{"__metadata__":[]}""", 0, "__metadata__", DisplayName = "metadata that is no object")]
    [DataRow("[]", 0, "JSON", DisplayName = "list instead of object")]
    [DataRow("""{"\ud800":1}""", 0, "JSON", DisplayName = "half a surrogate pair")]
    [DataRow("{", 0, "JSON", DisplayName = "open object")]
    [DataRow("", 0, "JSON", DisplayName = "no header")]
    public void Read_OfBadFile_SaysWhy(string header, int data, string why)
    {
        var e = Assert.ThrowsExactly<FormatException>(() => SafetensorsHeader.Read(File(header, data)));
        StringAssert.Contains(e.Message, why);
    }

    [TestMethod]
    public void Read_OfHeaderLongerThanTheFile_SaysSo()
    {
        var file = File("{}", 0);
        file[7] = 0xFF;
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => SafetensorsHeader.Read(file)).Message, "claims a header");
    }

    [TestMethod]
    public void Read_OfHeaderThatIsNotUtf8_SaysSo()
    {
        var file = File("{}", 0);
        file[8] = 0xFF;
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => SafetensorsHeader.Read(file)).Message, "JSON");
    }

    private static byte[] File(string header, int data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. Enumerable.Repeat((byte)7, data)];
    }
}
