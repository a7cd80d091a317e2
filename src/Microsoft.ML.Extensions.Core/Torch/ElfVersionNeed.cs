namespace Microsoft.ML.Extensions.Torch;

/// <summary>Removes a library's version need of GLIBCXX_3.4.32 where nothing uses that version.</summary>
/// <remarks>
/// GCC 13 and later make every file that includes &lt;iostream&gt; name <c>_ZSt21ios_base_library_initv</c>, an import of that version,
/// and never call it: it only makes the linker choose a libstdc++ that initialises the standard streams itself. An older libstdc++
/// lacks the version, so the dynamic linker refuses the library, although every function it calls exists.
/// The edit changes the need to GLIBCXX_3.4 (8 bytes: hash and name), which the library needs anyway. The streams are
/// then initialised by libc10 and libtorch_cpu, which contain the older static initialiser.
/// </remarks>
internal static class ElfVersionNeed
{
    public const string Version = "GLIBCXX_3.4.32";

    private const string Substitute = "GLIBCXX_3.4";
    private const string Import = "_ZSt21ios_base_library_initv";
    private const int SymbolSize = 24;
    private const int RelocationSize = 24;
    private const int NameField = 8;

    /// <summary>The edited copy, or null where the library has no such need.</summary>
    /// <exception cref="InvalidDataException">The image is damaged, or uses a function of that version.</exception>
    public static byte[]? Relax(byte[] image)
    {
        var elf = new ElfImage(image);
        var needs = Needs(elf);
        if (needs.Find(need => need.Name == Version) is not { } need)
        {
            return null;
        }
        var substitute = needs.Find(other => other.Name == Substitute && other.Library == need.Library)
            ?? throw new InvalidDataException($"The library needs {Version} but not {Substitute}, which should take its place.");
        CheckOnlyNamed(elf, need.Index);
        var edited = (byte[])image.Clone();
        image.AsSpan((int)substitute.Offset, sizeof(uint)).CopyTo(edited.AsSpan((int)need.Offset));
        image.AsSpan((int)substitute.Offset + NameField, sizeof(uint)).CopyTo(edited.AsSpan((int)need.Offset + NameField));
        return edited;
    }

    private static List<Need> Needs(ElfImage elf)
    {
        var needs = new List<Need>();
        if (elf.Dynamic(ElfTag.VersionNeeds) is null)
        {
            return needs;
        }
        foreach (var library in Chain(elf, elf.Table(ElfTag.VersionNeeds), elf.Dynamic(ElfTag.VersionNeedsCount) ?? 0))
        {
            AddVersions(elf, library, needs);
        }
        return needs;
    }

    private static void AddVersions(ElfImage elf, long library, List<Need> needs)
    {
        var libraryName = elf.Name(elf.UInt32(library + 4));
        foreach (var version in Chain(elf, library + elf.UInt32(library + 8), elf.UInt16(library + 2)))
        {
            needs.Add(new Need(libraryName, elf.Name(elf.UInt32(version + NameField)), elf.UInt16(version + 6), version));
        }
    }

    /// <summary>
    /// The entries of a linked list: byte 12 of each, for libraries and versions alike, is the distance to the next, or 0.
    /// </summary>
    private static IEnumerable<long> Chain(ElfImage elf, long entry, long count)
    {
        for (var next = -1L; count > 0 && next != 0; count--)
        {
            yield return entry;
            next = elf.UInt32(entry + 12);
            entry += next;
        }
    }

    private static void CheckOnlyNamed(ElfImage elf, ushort versionIndex)
    {
        var symbols = elf.Table(ElfTag.SymbolTable);
        var versions = elf.Table(ElfTag.SymbolVersions);
        // Imports precede the exported symbols, and only the latter are hashed: the hash table begins with their start.
        var imports = elf.UInt32(elf.Table(ElfTag.GnuHash) + 4);
        for (var i = 1L; i < imports; i++)
        {
            if (elf.UInt16(versions + i * sizeof(ushort)) == versionIndex)
            {
                CheckOnlyNamed(elf, elf.Name(elf.UInt32(symbols + i * SymbolSize)), i);
            }
        }
    }

    private static void CheckOnlyNamed(ElfImage elf, string import, long symbol)
    {
        var used = Uses(elf, ElfTag.Relocations, ElfTag.RelocationsSize, symbol)
            || Uses(elf, ElfTag.PltRelocations, ElfTag.PltRelocationsSize, symbol);
        if (import != Import || used)
        {
            throw new InvalidDataException($"The library uses {import} of {Version}, so it cannot run with an older libstdc++.");
        }
    }

    private static bool Uses(ElfImage elf, ElfTag table, ElfTag tableSize, long symbol)
    {
        if (elf.Dynamic(table) is null)
        {
            return false;
        }
        var start = elf.Table(table);
        var end = start + (elf.Dynamic(tableSize) ?? 0);
        for (var entry = start; entry < end; entry += RelocationSize)
        {
            if (elf.UInt32(entry + 12) == symbol)
            {
                return true;
            }
        }
        return false;
    }

    private sealed record Need(string Library, string Name, ushort Index, long Offset);
}
