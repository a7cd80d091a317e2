using System.IO.MemoryMappedFiles;
using System.Text;

namespace Microsoft.ML.Extensions.Fuzz;

/// <summary>What a child works on, in memory that outlives it: so the parent knows the input that ended or stopped it.</summary>
internal sealed class Board : IDisposable
{
    private const int IndexPlace = 0;
    private const int TakenPlace = 8;
    private const int RefusedPlace = 16;
    private const int PeakPlace = 24;
    private const int FoundPlace = 32;
    private const int NamePlace = 40;
    private const int NameLength = 256;
    private const int LengthPlace = NamePlace + NameLength;
    private const int FilePlace = LengthPlace + 8;

    /// <summary>The longest input.</summary>
    public const int Longest = 8 << 20;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public Board(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, FilePlace + Longest);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>The number of the input being worked on: below zero for those kept in the corpus.</summary>
    public long Index => _view.ReadInt64(IndexPlace);

    public long Taken { get => _view.ReadInt64(TakenPlace); set => _view.Write(TakenPlace, value); }

    public long Refused { get => _view.ReadInt64(RefusedPlace); set => _view.Write(RefusedPlace, value); }

    /// <summary>The findings that did not end a child.</summary>
    public long Found { get => _view.ReadInt64(FoundPlace); set => _view.Write(FoundPlace, value); }

    /// <summary>The most memory that an input took, in bytes.</summary>
    public long Peak { get => _view.ReadInt64(PeakPlace); set => _view.Write(PeakPlace, value); }

    public string Seed => Encoding.UTF8.GetString(Bytes(NamePlace, NameLength)).TrimEnd('\0');

    public byte[] File => Bytes(FilePlace, (int)_view.ReadInt64(LengthPlace));

    public void Begin(long index, string seed, byte[] file)
    {
        var name = new byte[NameLength];
        Encoding.UTF8.GetBytes(seed, name);
        _view.WriteArray(NamePlace, name, 0, name.Length);
        _view.WriteArray(FilePlace, file, 0, file.Length);
        _view.Write(LengthPlace, (long)file.Length);
        _view.Write(IndexPlace, index);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private byte[] Bytes(int place, int length)
    {
        var bytes = new byte[length];
        _view.ReadArray(place, bytes, 0, length);
        return bytes;
    }
}
