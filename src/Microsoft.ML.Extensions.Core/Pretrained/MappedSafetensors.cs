using System.IO.MemoryMappedFiles;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Pretrained;

/// <summary>A safetensors file of any length, mapped into memory: only the bytes of requested tensors are read.</summary>
internal sealed unsafe class MappedSafetensors : IDisposable
{
    // The most bytes of a span that end at an element's boundary.
    private const long LargestPart = 1L << 30;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Dictionary<string, SafetensorsHeader.Entry> _entries;

    /// <exception cref="FormatException">The file is damaged or not of this format; the message names it.</exception>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public MappedSafetensors(string path)
    {
        _entries = ReadHeader(path).ToDictionary(entry => entry.Name);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>The names of the tensors with their shapes.</summary>
    public IEnumerable<KeyValuePair<string, long[]>> Shapes => _entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Shape));

    /// <summary>The type of a tensor.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public SafetensorsType TypeOf(string name) => _entries[name].Type;

    /// <summary>A copy of a tensor in its own type, on the CPU.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    /// <exception cref="FormatException">Its type cannot be computed with.</exception>
    public Tensor Read(string name)
    {
        var entry = _entries[name];
        var tensor = empty(entry.Shape, dtype: SafetensorsHeader.ReadableType(entry), device: CPU);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            Copy(start + _view.PointerOffset + entry.Start, entry, tensor);
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
        return tensor;
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static IReadOnlyList<SafetensorsHeader.Entry> ReadHeader(string path)
    {
        using var stream = GivenFile.Open(path);
        var start = new byte[64];
        GivenFile.CheckKind(path, start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)));
        stream.Position = 0;
        try
        {
            return SafetensorsHeader.Read(stream);
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{path}': {e.Message}", e);
        }
    }

    private static void Copy(byte* source, SafetensorsHeader.Entry entry, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var flat = tensor.view(-1);
        for (var done = 0L; done < entry.Length; done += LargestPart)
        {
            var part = new ReadOnlySpan<byte>(source + done, (int)Math.Min(LargestPart, entry.Length - done));
            SafetensorsHeader.CheckBooleans(part, entry);
            part.CopyTo(flat.narrow(0, done / entry.Type.Size, part.Length / entry.Type.Size).bytes);
        }
    }
}
