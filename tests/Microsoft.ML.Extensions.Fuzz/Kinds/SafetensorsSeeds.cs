using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Pretrained;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>The safetensors format itself, from memory and from a mapped file.</summary>
internal static class SafetensorsSeeds
{
    public static IReadOnlyList<FuzzSeed> All(string folder)
    {
        using var scope = NewDisposeScope();
        var file = Safetensors.Write(
        [
            ("a.weight", ones(3, 4)), ("a.bias", zeros(3)), ("b", ones(2, 2, ScalarType.Float64)),
                ("half", ones(2, 3).to_type(ScalarType.Float16)),
            ("wide", ones(5).to_type(ScalarType.BFloat16)), ("count", tensor(7L)), ("flags", tensor(new[] { true, false })),
                ("bytes", ones(3).to_type(ScalarType.Byte)),
        ]);
        var path = Path.Combine(folder, "tensors.safetensors");
        return
        [
            new("memory", file, random => TensorChange.Drawn(file, random), InMemory),
            new("mapped", file, random => TensorChange.Drawn(file, random), input =>
            {
                File.WriteAllBytes(path, input);
                return Refusal.Reads(() => Mapped(path), path, typeof(FormatException));
            }),
        ];
    }

    private static bool InMemory(byte[] input)
    {
        try
        {
            foreach (var value in Safetensors.Read(input).Values)
            {
                value.Dispose();
            }
            return true;
        }
        catch (FormatException e) when (e.Message.Length > 0)
        {
            return false;
        }
    }

    // Types that cannot be computed with are told when they are read, by the tensor's name; who reads them adds the path.
    private static void Mapped(string path)
    {
        using var file = new MappedSafetensors(path);
        foreach (var (name, _) in file.Shapes.Where(shape => file.TypeOf(shape.Key).Type is not null and not ScalarType.Bool))
        {
            file.Read(name).Dispose();
        }
    }
}
