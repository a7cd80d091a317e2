using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Reads a 64-bit little-endian ELF library (x64 or arm64), with bounds checks.</summary>
/// <remarks>
/// It follows the program headers and the dynamic table, as the dynamic linker does: section headers may be stripped.
/// Every read outside the file is an <see cref="InvalidDataException"/>.
/// </remarks>
internal sealed class ElfImage
{
    private const int SegmentLoad = 1;
    private const int SegmentDynamic = 2;
    private const int ProgramHeaderSize = 56;
    private const int DynamicEntrySize = 16;

    private readonly byte[] _bytes;
    private readonly List<ElfSegment> _segments = [];
    private readonly Dictionary<long, long> _places = [];

    public ElfImage(byte[] bytes)
    {
        _bytes = bytes;
        CheckHeader();
        ReadSegments();
    }

    /// <summary>The loaded segments, in the order of the program headers.</summary>
    public IReadOnlyList<ElfSegment> Segments => _segments;

    /// <summary>The value of an entry of the dynamic table, or null where the library has none.</summary>
    public long? Dynamic(ElfTag tag) => Place(tag) is { } place ? Int64(place) : null;

    /// <summary>The offset of that value in the file, or null.</summary>
    public long? Place(ElfTag tag) => _places.TryGetValue((long)tag, out var place) ? place : null;

    /// <summary>The offset in the file of the table to which an entry of the dynamic table points.</summary>
    public long Table(ElfTag tag)
    {
        var address = Dynamic(tag) ?? throw new InvalidDataException($"The library has no {tag} table.");
        foreach (var segment in _segments)
        {
            if (address >= segment.Address && address - segment.Address < segment.Size)
            {
                return segment.Offset + (address - segment.Address);
            }
        }
        throw new InvalidDataException($"The {tag} table of the library lies outside its segments.");
    }

    public ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, sizeof(ushort)));

    public uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, sizeof(uint)));

    public long Int64(long offset) => BinaryPrimitives.ReadInt64LittleEndian(Slice(offset, sizeof(long)));

    /// <summary>The zero-terminated text at an offset of the dynamic string table.</summary>
    public string Name(long nameOffset)
    {
        var table = Slice(Table(ElfTag.StringTable), Dynamic(ElfTag.StringTableSize) ?? 0);
        var length = nameOffset < table.Length ? table[(int)nameOffset..].IndexOf((byte)0) : -1;
        if (length < 0)
        {
            throw new InvalidDataException("A name of the library lies outside its string table.");
        }
        return Encoding.ASCII.GetString(table.Slice((int)nameOffset, length));
    }

    private ReadOnlySpan<byte> Slice(long offset, long length)
    {
        if (offset < 0 || length < 0 || length > _bytes.Length || offset > _bytes.Length - length)
        {
            throw new InvalidDataException(
                $"The library is cut off or damaged: {length} bytes at {offset} asked of a file of {_bytes.Length}.");
        }
        return _bytes.AsSpan((int)offset, (int)length);
    }

    private void CheckHeader()
    {
        if (!Slice(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException("The file is not a 64-bit little-endian ELF library.");
        }
        if (UInt16(18) is not (62 or 183))
        {
            throw new InvalidDataException($"The library is for machine {UInt16(18)}, neither x64 (62) nor arm64 (183).");
        }
        // The section table is last in the file, so this check finds a truncated file.
        Slice(Int64(40), (long)UInt16(58) * UInt16(60));
    }

    private void ReadSegments()
    {
        if (UInt16(54) != ProgramHeaderSize)
        {
            throw new InvalidDataException($"The library's program headers are {UInt16(54)} bytes long, not {ProgramHeaderSize}.");
        }
        var (dynamicOffset, dynamicSize) = (0L, 0L);
        for (var i = 0; i < UInt16(56); i++)
        {
            var header = Int64(32) + (long)i * ProgramHeaderSize;
            var (kind, offset, address, size) = (UInt32(header), Int64(header + 8), Int64(header + 16), Int64(header + 32));
            if (kind is SegmentLoad)
            {
                Slice(offset, size);
                _segments.Add(new ElfSegment(header, UInt32(header + 4), address, offset, size));
            }
            if (kind is SegmentDynamic)
            {
                (dynamicOffset, dynamicSize) = (offset, size);
            }
        }
        ReadDynamic(dynamicOffset, dynamicSize);
    }

    private void ReadDynamic(long offset, long size)
    {
        Slice(offset, size);
        for (var entry = offset; entry + DynamicEntrySize <= offset + size; entry += DynamicEntrySize)
        {
            if (Int64(entry) == 0)
            {
                return;
            }
            _places[Int64(entry)] = entry + 8;
        }
        throw new InvalidDataException("The library has no complete dynamic table.");
    }
}
