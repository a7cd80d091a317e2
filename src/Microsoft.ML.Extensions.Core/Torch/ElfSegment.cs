namespace Microsoft.ML.Extensions.Torch;

/// <summary>A part of an ELF file that is loaded: where its program header is, and where it lies in memory and in the file.</summary>
internal sealed record ElfSegment(long Header, uint Flags, long Address, long Offset, long Size);
