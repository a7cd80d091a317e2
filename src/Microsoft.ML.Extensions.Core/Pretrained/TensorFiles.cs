using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Pretrained;

/// <summary>
/// The tensors of a safetensors file, or of the several files ("shards") that an index names, by their names without prefixes of wrappers.
/// </summary>
internal sealed class TensorFiles : IDisposable
{
    public const string FileName = "model.safetensors";

    private const string IndexName = "model.safetensors.index.json";

    private readonly List<MappedSafetensors> _files = [];
    private readonly Dictionary<string, (MappedSafetensors File, string Name)> _places = [];
    private readonly Dictionary<string, long[]> _shapes = [];

    /// <param name="paths">The files.</param>
    /// <param name="description">Their name in messages.</param>
    /// <exception cref="FormatException">A file is damaged, or two hold a tensor of the same name.</exception>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    public TensorFiles(IEnumerable<string> paths, string description)
    {
        Description = description;
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

    /// <summary>Their name in messages.</summary>
    public string Description { get; }

    public IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    /// <summary>The files of a folder in Hugging Face's layout.</summary>
    /// <exception cref="FileNotFoundException">The folder holds neither the file nor an index.</exception>
    public static TensorFiles OfFolder(string folder)
    {
        var (single, index) = (Path.Combine(folder, FileName), Path.Combine(folder, IndexName));
        return File.Exists(single) ? new TensorFiles([single], single)
            : File.Exists(index) ? new TensorFiles(Shards(index).Select(shard => Path.Combine(folder, shard)), folder)
            : throw new FileNotFoundException(
                $"'{folder}' holds neither '{FileName}' nor '{IndexName}'; convert the weights to safetensors.");
    }

    /// <summary>A copy of a tensor, on the CPU.</summary>
    /// <exception cref="FormatException">Its type cannot be computed with.</exception>
    public Tensor Read(string name) => _places[name].File.Read(_places[name].Name);

    /// <summary>A copy of a tensor of finite real numbers, on the CPU.</summary>
    /// <exception cref="FormatException">It holds integers, or numbers that are not finite.</exception>
    public Tensor ReadWeight(string name)
    {
        var (file, stored) = _places[name];
        if (file.TypeOf(stored) is { IsReal: false } type)
        {
            throw new FormatException(
                $"Tensor '{stored}' of '{Description}' is {type.Name}; weights are F32, F16, BF16 or F64. Convert a quantised model to one of these first.");
        }
        var tensor = file.Read(stored);
        using var scope = NewDisposeScope();
        return tensor.isfinite().all().bytes[0] != 0
            ? tensor
            : throw new FormatException($"Tensor '{stored}' of '{Description}' holds numbers that are not finite; take an undamaged copy.");
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private void Add(string path)
    {
        var file = new MappedSafetensors(path);
        _files.Add(file);
        foreach (var (stored, shape) in file.Shapes)
        {
            var name = TensorNames.Unwrapped(stored);
            if (!_shapes.TryAdd(name, shape))
            {
                throw new FormatException($"The tensor '{name}' occurs twice in '{Description}'.");
            }
            _places[name] = (file, stored);
        }
    }

    private static string[] Shards(string index)
    {
        var places = GivenJson.ReadObject(index).TryGetProperty("weight_map", out var map) && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject().Select(pair => pair.Value).ToArray()
            : throw new FormatException($"'{index}' is not an index of safetensors files: it has no 'weight_map' of names.");
        var names = places.Select(place => place.ValueKind == JsonValueKind.String ? place.GetString()! : "").Distinct().ToArray();
        return Array.Find(names, name => name.Length == 0 || Path.GetFileName(name) != name
            || name.Contains('\0', StringComparison.Ordinal)) is { } outside
            ? throw new FormatException($"'{index}' names the file '{outside}'; it must lie in the same folder.")
            : names;
    }
}
