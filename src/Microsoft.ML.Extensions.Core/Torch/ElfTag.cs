namespace Microsoft.ML.Extensions.Torch;

/// <summary>Entries of an ELF dynamic table (System V gABI, chapter 5, and its GNU additions).</summary>
internal enum ElfTag : long
{
    PltRelocationsSize = 2,
    StringTable = 5,
    SymbolTable = 6,
    Relocations = 7,
    RelocationsSize = 8,
    StringTableSize = 10,
    LibraryName = 14,
    PltRelocations = 23,
    GnuHash = 0x6ffffef5,
    SymbolVersions = 0x6ffffff0,
    VersionNeeds = 0x6ffffffe,
    VersionNeedsCount = 0x6fffffff,
}
