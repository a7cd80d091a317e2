using System.Text.Json;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The tensors of a safetensors file, or of the several files ("shards") that an index names.</summary>
internal sealed class TensorFiles : IDisposable
{
    public const string FileName = "model.safetensors";

    private const string IndexName = "model.safetensors.index.json";

    private readonly List<MappedSafetensors> _files = [];
    private readonly Dictionary<string, MappedSafetensors> _places = [];
    private readonly Dictionary<string, long[]> _shapes = [];

    /// <exception cref="FormatException">A file is damaged, or two hold a tensor of the same name.</exception>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    public TensorFiles(IEnumerable<string> paths)
    {
        try
        {
            foreach (var path in paths)
            {
                Add(path);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    /// <summary>The files of a folder in Hugging Face's layout.</summary>
    /// <exception cref="FileNotFoundException">The folder holds neither the file nor an index.</exception>
    public static TensorFiles OfFolder(string folder)
    {
        var (single, index) = (Path.Combine(folder, FileName), Path.Combine(folder, IndexName));
        return File.Exists(single) ? new TensorFiles([single])
            : File.Exists(index) ? new TensorFiles(Shards(index).Select(shard => Path.Combine(folder, shard)))
            : throw new FileNotFoundException($"'{folder}' holds neither '{FileName}' nor '{IndexName}'; convert the weights to safetensors.");
    }

    /// <summary>A copy of a tensor, on the CPU.</summary>
    public Tensor Read(string name) => _places[name].Read(name);

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private void Add(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"'{path}' is not there.", path);
        }
        var file = new MappedSafetensors(path);
        _files.Add(file);
        foreach (var (name, shape) in file.Shapes)
        {
            if (!_shapes.TryAdd(name, shape))
            {
                throw new FormatException($"The tensor '{name}' is in '{path}' and in another file beside it.");
            }
            _places[name] = file;
        }
    }

    private static string[] Shards(string index)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(index));
            var names = document.RootElement.GetProperty("weight_map").EnumerateObject().Select(pair => pair.Value.GetString()!).Distinct().ToArray();
            return Array.Find(names, name => Path.GetFileName(name) != name) is { } outside
                ? throw new FormatException($"'{index}' names the file '{outside}'; it must lie in the same folder.")
                : names;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"'{index}' is not an index of safetensors files: {e.Message}", e);
        }
    }
}
