using System.Globalization;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a smaller network takes from its teacher's weights, of which those of one network serve.</summary>
internal static class TeacherWeights
{
    /// <summary>
    /// For each size of the space the norms of the weights of each of its neurons or channels, relative to their mean; ones for the networks
    /// of an ensemble, and empty where no matrix has that many rows.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<double>> Norms(NetworkTransformer teacher, SearchSpace space)
    {
        using var lease = teacher.Rent();
        return lease.Use(whole =>
        {
            var named = OneOf(whole).named_parameters().ToArray();
            return space.Sizes.Select(entry => space.Parts[entry.Part] is { Kind: NetworkPartKind.Ensemble }
                ? [.. Enumerable.Repeat(1.0, entry.Size.Value)] : Norms(named, space.Parts[entry.Part].Name, entry.Size.Value)).ToArray();
        });
    }

    /// <summary>Copies the teacher's weights into a network in which some parts are missing and others smaller: the first of each dimension.</summary>
    public static void Inherit(NetworkTransformer teacher, nn.Module student, IReadOnlyList<NetworkPart> parts, IReadOnlyList<bool> kept)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        using var lease = teacher.Rent();
        var origins = Origins(parts, kept);
        lease.Use(whole =>
        {
            var all = OneOf(whole).named_parameters().ToDictionary(named => named.name, named => named.parameter);
            foreach (var (name, target) in student.named_parameters())
            {
                if (all.TryGetValue(Renamed(name, origins), out var source) && source.dim() == target.dim())
                {
                    Tensor from = source, to = target;
                    for (var dimension = 0; dimension < target.dim(); dimension++)
                    {
                        var size = Math.Min(source.shape[dimension], target.shape[dimension]);
                        (from, to) = (from.narrow(dimension, 0, size), to.narrow(dimension, 0, size));
                    }
                    to.copy_(from);
                }
            }
            return 0;
        });
    }

    private static double[] Norms((string Name, Parameter Weights)[] named, string part, int rows)
    {
        using var scope = NewDisposeScope();
        var prefix = part.Length == 0 ? "" : $".{part}.";
        var matrix = named.FirstOrDefault(pair =>
            $".{pair.Name}".Contains(prefix, StringComparison.Ordinal) && pair.Weights.dim() > 1 && pair.Weights.shape[0] == rows).Weights;
        if (matrix is null)
        {
            return [];
        }
        var norms = matrix.detach().flatten(1).Squared().sum([1]).sqrt().to_type(ScalarType.Float64).cpu().contiguous().AsDoubles().ToArray();
        var mean = norms.Average();
        return mean > 0 ? Array.ConvertAll(norms, norm => norm / mean) : [];
    }

    // A base has no smaller form; behind it stand the networks.
    private static Network OneOf(Network network) => network is IComposed composed ? composed.Networks.Last().Network : network;

    // For each list of parts of the student, such as blocks, the teacher's index of each of its entries.
    private static Dictionary<string, int[]> Origins(IReadOnlyList<NetworkPart> parts, IReadOnlyList<bool> kept)
    {
        var origins = parts.Select((part, index) => (part.Name, IsKept: kept[index])).Where(part => part.Name.Contains('.', StringComparison.Ordinal))
            .GroupBy(part => part.Name[..part.Name.LastIndexOf('.')])
            .ToDictionary(group => group.Key, group => group.Select((part, index) => (part.IsKept, Index: index))
                .Where(part => part.IsKept).Select(part => part.Index).ToArray());
        if (origins.TryGetValue("layers", out var layers))
        {
            origins["norms"] = layers;
        }
        return origins;
    }

    private static string Renamed(string name, Dictionary<string, int[]> origins)
    {
        var words = name.Split('.');
        for (var i = 0; i + 1 < words.Length; i++)
        {
            if (origins.TryGetValue(words[i], out var own) && int.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < own.Length)
            {
                words[i + 1] = own[index].ToString(CultureInfo.InvariantCulture);
            }
        }
        return string.Join('.', words);
    }
}
