using TorchSharp;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>An element type of the safetensors format. https://github.com/huggingface/safetensors (safetensors/src/tensor.rs)</summary>
/// <param name="Name">Its name in the file's header.</param>
/// <param name="Type">Its type in TorchSharp; null where there is none, so that such tensors are skipped and cannot be read.</param>
/// <param name="Bits">Bits of an element.</param>
internal sealed record SafetensorsType(string Name, torch.ScalarType? Type, int Bits)
{
    private static readonly SafetensorsType[] All =
    [
        new("F32", torch.ScalarType.Float32, 32),
        new("F16", torch.ScalarType.Float16, 16),
        new("BF16", torch.ScalarType.BFloat16, 16),
        new("F64", torch.ScalarType.Float64, 64),
        new("I64", torch.ScalarType.Int64, 64),
        new("I32", torch.ScalarType.Int32, 32),
        new("I16", torch.ScalarType.Int16, 16),
        new("I8", torch.ScalarType.Int8, 8),
        new("U8", torch.ScalarType.Byte, 8),
        new("BOOL", torch.ScalarType.Bool, 8),
        new("U16", null, 16),
        new("U32", null, 32),
        new("U64", null, 64),
        new("C64", null, 64),
        new("F8_E4M3", null, 8),
        new("F8_E5M2", null, 8),
        new("F8_E8M0", null, 8),
        new("F8_E4M3FNUZ", null, 8),
        new("F8_E5M2FNUZ", null, 8),
        new("F6_E2M3", null, 6),
        new("F6_E3M2", null, 6),
        new("F4", null, 4),
    ];

    /// <summary>The names of all, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(type => type.Name));

    /// <summary>The names of the types that can be read, for messages.</summary>
    public static string ReadableNames { get; } = string.Join(", ", All.Where(type => type.Type is not null).Select(type => type.Name));

    /// <summary>Bytes of an element of a type that can be read.</summary>
    public int Size => Bits / 8;

    /// <summary>Whether its elements are real numbers, as weights are; integers are codes that need separate scales.</summary>
    public bool IsReal =>
        Type is torch.ScalarType.Float16 or torch.ScalarType.BFloat16 or torch.ScalarType.Float32 or torch.ScalarType.Float64;

    public static SafetensorsType? Find(string? name) => Array.Find(All, type => type.Name == name);

    public static SafetensorsType? Find(torch.ScalarType type) => Array.Find(All, known => known.Type == type);
}
