using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Changes of a safetensors file that keep it one: its tensors, their names, shapes, types and numbers.</summary>
internal static class TensorChange
{
    private static readonly string[] Types = ["F32", "F64", "F16", "BF16", "I64", "I32", "U8", "BOOL", "F8_E4M3", "C64"];

    private static readonly double[] Extremes =
        [0, 1, -1, 1e-45, 1e30, -1e30, 3.4e38, -3.4e38, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e308, 1e9, 0.5];

    private sealed record Part(string Name, string Type, long[] Shape, byte[] Data);

    /// <summary>The file changed: as bytes, in its header, or in one to three of its tensors.</summary>
    public static byte[] Drawn(byte[] file, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                return FileChange.Drawn(file, random);
            case 1:
                return HeaderChanged(file, random);
            default:
                var parts = Parts(file);
                for (var count = random.Next(1, 4); count > 0 && parts.Count > 0; count--)
                {
                    Change(parts, random);
                }
                return Write(parts);
        }
    }

    /// <summary>The file with another content of a tensor of bytes.</summary>
    public static byte[] With(byte[] file, string name, Func<byte[], byte[]> change) => Write([.. Parts(file).Select(part =>
        part.Name == name && change(part.Data) is var data ? part with { Data = data, Shape = [data.Length] } : part)]);

    private static byte[] HeaderChanged(byte[] file, Random random)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = JsonNode.Parse(file.AsSpan(8, length))!;
        for (var count = random.Next(1, 3); count > 0; count--)
        {
            JsonChange.Drawn(header, random).Apply(header);
        }
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. file.AsSpan(8 + length)];
    }

    private static List<Part> Parts(byte[] file) =>
        [.. SafetensorsHeader.Read(file).Select(entry => new Part(entry.Name, entry.Type.Name, entry.Shape, file[(int)entry.Start..(int)(entry.Start + entry.Length)]))];

    private static void Change(List<Part> parts, Random random)
    {
        var at = random.Next(parts.Count);
        var part = parts[at];
        switch (random.Next(10))
        {
            case 0:
                parts.RemoveAt(at);
                break;
            case 1:
                parts[at] = part with { Name = new[] { part.Name + "x", parts[random.Next(parts.Count)].Name, "", "a/b/c", new string('/', 3_000), "__metadata__" }[random.Next(6)] };
                break;
            case 2:
                parts.Add(part with { Name = part.Name + ".more" });
                break;
            case 3:
                parts[at] = part with { Shape = [.. part.Shape.Reverse()] };
                break;
            case 4:
                parts[at] = part with { Shape = random.Next(2) == 0 ? [1, .. part.Shape] : [part.Shape.Aggregate(1L, (a, b) => a * b)] };
                break;
            case 5:
                parts[at] = part with { Type = Types[random.Next(Types.Length)] };
                break;
            case 6:
                var longer = random.Next(1, 4);
                parts[at] = part with { Shape = part.Shape.Length == 0 ? [longer] : [part.Shape[0] * longer, .. part.Shape[1..]], Data = [.. Enumerable.Repeat(part.Data, longer).SelectMany(data => data)] };
                break;
            default:
                parts[at] = part with { Data = Numbers(part, random) };
                break;
        }
    }

    // One number, or all of them, or all by a factor.
    private static byte[] Numbers(Part part, Random random)
    {
        var data = part.Data.ToArray();
        var value = Extremes[random.Next(Extremes.Length)];
        var size = part.Type switch { "F32" => 4, "F64" or "I64" => 8, _ => 1 };
        var count = data.Length / size;
        var one = random.Next(2) == 0 && count > 0 ? random.Next(count) : -1;
        for (var at = one < 0 ? 0 : one; at < (one < 0 ? count : one + 1); at++)
        {
            var place = data.AsSpan(at * size, size);
            switch (part.Type)
            {
                case "F32":
                    BinaryPrimitives.WriteSingleLittleEndian(place, (float)value);
                    break;
                case "F64":
                    BinaryPrimitives.WriteDoubleLittleEndian(place, value);
                    break;
                case "I64":
                    BinaryPrimitives.WriteInt64LittleEndian(place, random.Next(3) switch { 0 => long.MaxValue, 1 => -1, _ => (long)Math.Clamp(double.IsNaN(value) ? 0 : value, -1e18, 1e18) });
                    break;
                default:
                    place[0] = (byte)random.Next(256);
                    break;
            }
        }
        return data;
    }

    // Names and sizes may be wrong, so that the pack's own writer would refuse them.
    private static byte[] Write(List<Part> parts)
    {
        var header = new StringBuilder("{");
        var start = 0L;
        foreach (var part in parts)
        {
            header.Append(header.Length > 1 ? "," : "").Append(JsonValue.Create(part.Name).ToJsonString()).Append(":{\"dtype\":\"").Append(part.Type).Append("\",\"shape\":[")
                .AppendJoin(',', part.Shape).Append("],\"data_offsets\":[").Append(start).Append(',').Append(start + part.Data.Length).Append("]}");
            start += part.Data.Length;
        }
        var text = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. parts.SelectMany(part => part.Data)];
    }
}
