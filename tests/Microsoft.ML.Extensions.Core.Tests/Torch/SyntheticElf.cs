using System.Text;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

/// <summary>A small ELF library with two imports: one of GLIBCXX_3.4, and one of a version and name of choice.</summary>
internal sealed class SyntheticElf
{
    public const ushort X64 = 62;
    public const ushort Arm64 = 183;

    // Addresses differ from file offsets, as in real libraries.
    private const long Base = 0x1000;
    private const int HeadersSize = 64 + 2 * 56;

    private readonly MemoryStream _file = new();
    private readonly MemoryStream _names = new();
    private readonly Dictionary<string, uint> _nameOffsets = [];
    private readonly List<(long Tag, long Value)> _dynamic = [];

    /// <summary>Where the need for the version of choice begins.</summary>
    public int NeedOffset { get; private set; }

    public byte[] Bytes { get; }

    public SyntheticElf(string import = "_ZSt21ios_base_library_initv", string version = "GLIBCXX_3.4.32", bool called = false,
        ushort machine = X64)
    {
        Name("");
        _file.SetLength(HeadersSize);
        Add(6, [.. new byte[24], .. Symbol("_Znwm"), .. Symbol(import)]);
        Add(0x6ffffff0, [.. Words16(0, 2, 18)]);
        Add(0x6ffffef5, [.. Words32(1, 3, 1, 0)]);
        AddNeeds(version);
        AddRelocations(called ? 2u : 1u);
        Add(5, _names.ToArray());
        _dynamic.Add((10, _names.Length));
        var dynamic = Append([.. _dynamic.SelectMany(entry => Words64(entry.Tag, entry.Value)), .. Words64(0, 0)]);
        Bytes = WithHeaders(machine, dynamic);
    }

    private byte[] WithHeaders(ushort machine, long dynamic)
    {
        var dynamicSize = _file.Length - dynamic;
        var sections = Append(new byte[64]);
        var file = _file.ToArray();
        byte[] headers =
        [
            0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[9],
            .. Words16(3, machine), .. Words32(1), .. Words64(0, 64, sections), .. Words32(0), .. Words16(64, 56, 2, 64, 1, 0),
            .. Segment(1, 0, sections), .. Segment(2, dynamic, dynamicSize),
        ];
        headers.CopyTo(file, 0);
        return file;
    }

    private void AddNeeds(string version)
    {
        byte[] needs =
        [
            .. Words16(1, 2), .. Words32(Name("libstdc++.so.6"), 16, 0),
            .. Words32(0x11111111), .. Words16(0, 18), .. Words32(Name(version), 16),
            .. Words32(0x22222222), .. Words16(0, 2), .. Words32(Name("GLIBCXX_3.4"), 0),
        ];
        NeedOffset = (int)Add(0x6ffffffe, needs) + 16;
        _dynamic.Add((0x6fffffff, 1));
    }

    private void AddRelocations(uint symbol)
    {
        Add(23, [.. Words64(0x2000), .. Words32(7, symbol), .. Words64(0)]);
        _dynamic.Add((2, 24));
    }

    private long Add(long tag, byte[] content)
    {
        var offset = Append(content);
        _dynamic.Add((tag, Base + offset));
        return offset;
    }

    private long Append(byte[] content)
    {
        _file.Position = _file.Length + (8 - _file.Length % 8) % 8;
        var offset = _file.Position;
        _file.Write(content);
        return offset;
    }

    private uint Name(string name)
    {
        if (!_nameOffsets.TryGetValue(name, out var offset))
        {
            offset = (uint)_names.Length;
            _names.Write(Encoding.ASCII.GetBytes(name + '\0'));
            _nameOffsets.Add(name, offset);
        }
        return offset;
    }

    private byte[] Symbol(string name) => [.. Words32(Name(name)), 0x12, 0, 0, 0, .. new byte[16]];

    private static byte[] Segment(uint kind, long offset, long size) =>
        [.. Words32(kind, 4), .. Words64(offset, Base + offset, Base + offset, size, size, 8)];

    private static byte[] Words16(params ushort[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Words32(params uint[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Words64(params long[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
