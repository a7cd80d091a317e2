using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Weights in eight bits: for each matrix whole numbers under its name, and a scale for each output under its name with a suffix.</summary>
internal static class QuantizedWeights
{
    /// <summary>The suffix of the name of scales.</summary>
    public const string ScaleSuffix = ".scale";

    private const double Largest = 127;

    /// <summary>The file of a network with rounded matrices; what is no matrix stays as it is.</summary>
    /// <exception cref="InvalidOperationException">The network has no matrices.</exception>
    public static byte[] Of(Network network)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var matrices = IWeightMatrices.Of(network).ToDictionary(found => found.Name, found => found.Matrix);
        if (matrices.Count == 0)
        {
            throw new InvalidOperationException("The network has no weight matrices that could be quantized.");
        }
        return Safetensors.Write(network.state_dict().SelectMany(pair => matrices.TryGetValue(pair.Key, out var matrix)
            ? Rounded(pair.Key, pair.Value, matrix) : [(pair.Key, pair.Value)]));
    }

    /// <summary>A file with single precision in place of whole numbers; the same one where there are none.</summary>
    /// <exception cref="FormatException">The file is damaged, or scales are missing or do not fit.</exception>
    public static byte[] Expand(byte[] file)
    {
        var entries = SafetensorsHeader.Read(file).ToDictionary(entry => entry.Name);
        var rounded = entries.Values.Where(entry => entry.Type.Type == ScalarType.Int8).ToArray();
        if (rounded.Length == 0)
        {
            return file;
        }
        foreach (var entry in rounded)
        {
            Check(entry, entries.GetValueOrDefault(entry.Name + ScaleSuffix));
        }
        Safetensors.CheckFinite(file);
        using var scope = NewDisposeScope();
        var tensors = Safetensors.Read(file);
        scope.Attach(tensors.Values);
        var names = rounded.Select(entry => entry.Name).ToHashSet();
        return Safetensors.Write(tensors.Where(pair => !IsScale(pair.Key)).Select(pair => (pair.Key, names.Contains(pair.Key)
            ? pair.Value.to_type(ScalarType.Float32) * tensors[pair.Key + ScaleSuffix] : pair.Value)));

        bool IsScale(string name) => name.EndsWith(ScaleSuffix, StringComparison.Ordinal) && names.Contains(name[..^ScaleSuffix.Length]);
    }

    private static (string Name, Tensor Value)[] Rounded(string name, Tensor weights, WeightMatrix matrix)
    {
        var sizes = matrix.LargestOfOutputs(weights.cpu().to_type(ScalarType.Float32));
        var scale = where(sizes.gt(Numbers.Zero), sizes.Scaled(1 / Largest), ones_like(sizes));
        var whole = (weights.cpu() / scale).round();
        using Scalar most = Largest, least = -Largest;
        return [(name, whole.clamp(least, most).to_type(ScalarType.Int8)), (name + ScaleSuffix, scale)];
    }

    private static void Check(SafetensorsHeader.Entry whole, SafetensorsHeader.Entry? scale)
    {
        if (scale is null || scale.Type.Type != ScalarType.Float32 || scale.Shape.Length != whole.Shape.Length
            || scale.Shape.Zip(whole.Shape).Any(pair => pair.First != 1 && pair.First != pair.Second))
        {
            throw new FormatException($"'{whole.Name}' is of whole numbers, and its scales, '{whole.Name}{ScaleSuffix}', are missing or do not fit.");
        }
    }
}
