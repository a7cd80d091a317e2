using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Gives a library the name (DT_SONAME) by which the dynamic linker knows it once it is loaded.</summary>
/// <remarks>
/// The linker compares a requested library with the names of loaded ones before it opens a file. The name is written into the
/// zeros that fill up the last page of a segment, and the segment grows over it.
/// </remarks>
internal static class ElfLibraryName
{
    private const uint Writable = 2;
    private const int FileSizeField = 32;
    private const int MemorySizeField = 40;

    /// <summary>The edited copy, or null where the library has no name or no room for this one.</summary>
    /// <exception cref="InvalidDataException">The image is damaged.</exception>
    public static byte[]? Rename(byte[] image, string name)
    {
        var elf = new ElfImage(image);
        byte[] text = [.. Encoding.UTF8.GetBytes(name), 0];
        if (elf.Place(ElfTag.LibraryName) is not { } entry || elf.Dynamic(ElfTag.StringTable) is not { } names
            || elf.Segments.FirstOrDefault(segment => HasRoom(elf, segment, image, text.Length)) is not { } room)
        {
            return null;
        }
        var edited = (byte[])image.Clone();
        text.CopyTo(edited.AsSpan((int)(room.Offset + room.Size)));
        Write(edited, entry, room.Address + room.Size - names);
        Write(edited, room.Header + FileSizeField, room.Size + text.Length);
        Write(edited, room.Header + MemorySizeField, room.Size + text.Length);
        return edited;
    }

    private static bool HasRoom(ElfImage elf, ElfSegment segment, byte[] image, int length)
    {
        var end = segment.Offset + segment.Size;
        // Only between segments: after the last one lie sections that are not loaded.
        var next = elf.Segments.Where(other => other.Offset >= end).Select(other => other.Offset).DefaultIfEmpty(end).Min();
        return (segment.Flags & Writable) == 0
            && length <= next - end
            && !elf.Segments.Any(
                other => other.Address >= segment.Address + segment.Size && other.Address < segment.Address + segment.Size + length)
            && image.AsSpan((int)end, length).IndexOfAnyExcept((byte)0) < 0;
    }

    private static void Write(byte[] image, long offset, long value) =>
        BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan((int)offset), value);
}
