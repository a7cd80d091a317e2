using TorchSharp;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>An element type of the safetensors format.</summary>
/// <param name="Name">Its name in the file's header.</param>
/// <param name="Type">Its name in TorchSharp.</param>
/// <param name="Size">Bytes of an element.</param>
internal sealed record SafetensorsType(string Name, torch.ScalarType Type, int Size)
{
    private static readonly SafetensorsType[] All =
    [
        new("F32", torch.ScalarType.Float32, 4),
        new("F16", torch.ScalarType.Float16, 2),
        new("BF16", torch.ScalarType.BFloat16, 2),
        new("F64", torch.ScalarType.Float64, 8),
        new("I64", torch.ScalarType.Int64, 8),
        new("U8", torch.ScalarType.Byte, 1),
        new("BOOL", torch.ScalarType.Bool, 1),
    ];

    /// <summary>The names of all, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(type => type.Name));

    public static SafetensorsType? Find(string? name) => Array.Find(All, type => type.Name == name);

    public static SafetensorsType? Find(torch.ScalarType type) => Array.Find(All, known => known.Type == type);
}
