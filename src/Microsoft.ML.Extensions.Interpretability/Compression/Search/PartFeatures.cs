using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// A part of a network as a policy reads it: its kind, the logarithms of its first two sizes, kernel and stride, and whether it may be left
/// out. They do not depend on how many parts there are, so that a policy serves networks of any depth.
/// </summary>
internal static class PartFeatures
{
    /// <summary>The numbers of a part.</summary>
    public const int OfPart = Kinds + 5;

    /// <summary>The numbers of a size: those of its part, which of its sizes it is, its logarithm, and the factor chosen before.</summary>
    public const int OfSize = OfPart + 3;

    private const int Kinds = 5;

    /// <summary>The parts, <c>[L, n]</c>.</summary>
    public static Tensor Of(SearchSpace space) =>
        space.Parts.SelectMany(Of).ToArray().ToAligned(space.Parts.Count, OfPart);

    /// <summary>A size, <c>[B, n]</c>, after the factors that each of B rows chose for the size before.</summary>
    public static Tensor Of(SearchSpace space, int size, IReadOnlyList<double> before)
    {
        var (part, value) = space.Sizes[size];
        var rank = Enumerable.Range(0, size).Count(other => space.Sizes[other].Part == part);
        float[] own = [.. Of(space.Parts[part]), rank, Scaled(value.Value)];
        return before.SelectMany(factor => own.Append((float)factor)).ToArray().ToAligned(before.Count, OfSize);
    }

    private static IEnumerable<float> Of(NetworkPart part)
    {
        for (var kind = 0; kind < Kinds; kind++)
        {
            yield return (int)part.Kind == kind ? 1 : 0;
        }
        yield return part.Sizes.Count > 0 ? Scaled(part.Sizes[0].Value) : 0;
        yield return part.Sizes.Count > 1 ? Scaled(part.Sizes[1].Value) : 0;
        yield return part.Kernel / 10f;
        yield return part.Stride / 10f;
        yield return part.CanLack ? 1 : 0;
    }

    private static float Scaled(int size) => MathF.Log2(size) / 10;
}
