using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The terms of a trained ranker, and their vectors, which smaller ones take over.</summary>
/// <remarks>Vectors that were given to the trainer are nowhere else, and a part of the training rows has fewer terms.</remarks>
internal sealed class KnownTerms
{
    private const string Table = "texts.table";

    private readonly RankingDetails _details;
    private readonly float[]?[]? _vectors;

    private KnownTerms(RankingDetails details, float[]?[]? vectors) => (_details, _vectors) = (details, vectors);

    /// <summary>Those of a ranker; of an ensemble with trained vectors those of its first network.</summary>
    public static KnownTerms Of(NetworkTransformer ranker, RankingDetails details)
    {
        using var lease = ranker.Rent();
        return lease.Use(network =>
        {
            using var scope = NewDisposeScope();
            var state = network.state_dict();
            return new KnownTerms(details, Find("learned", "given") is { } vectors ? Vectors(vectors, Find("unknown")!) : null);

            Tensor? Find(params string[] names) => state.FirstOrDefault(pair => Array.Exists(names, name =>
                $".{pair.Key}".EndsWith($".{Table}.{name}", StringComparison.Ordinal))).Value;
        });
    }

    /// <summary>What a ranker learns from data before training, and the vector of each term, null for one that has none.</summary>
    /// <param name="size">The length of its vectors.</param>
    /// <param name="first">
    /// Whether shorter vectors are the first numbers of the known ones, as weights that are taken over expect; otherwise those whose
    /// products are nearest to theirs, by the largest singular values.
    /// </param>
    public (RankingDetails Details, float[]?[]? Vectors) Of(int size, bool first) =>
        (_details.WithVectors(size), size >= _details.VectorSize || _vectors is null ? _vectors : first ? First(size) : Nearest(size));

    private static float[]?[] Vectors(Tensor table, Tensor unknown)
    {
        using Tensor copy = table.detach().cpu().contiguous(), marks = unknown.cpu().contiguous();
        var (values, without, size) = (copy.AsSpan().ToArray(), marks.AsSpan().ToArray(), (int)table.shape[1]);
        return [.. without.Select(
            (mark, id) => id >= TermVocabulary.FirstTerm && mark == 0 ? values[(id * size)..((id + 1) * size)] : null)];
    }

    private float[]?[] First(int size) => Array.ConvertAll(_vectors!, vector => vector?[..size]);

    private float[]?[] Nearest(int size)
    {
        var known = _vectors!.OfType<float[]>().ToArray();
        if (known.Length == 0)
        {
            return _vectors!;
        }
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var all = known.SelectMany(vector => vector).ToArray().ToAligned(known.Length, _details.VectorSize).to_type(ScalarType.Float64);
        var directions = linalg.eigh(all.transpose(0, 1).mm(all)).Item2.flip(1).narrow(1, 0, size);
        var shorter = all.mm(directions).to_type(ScalarType.Float32).contiguous().AsSpan().ToArray();
        var next = 0;
        return Array.ConvertAll(_vectors!, vector => vector is null ? null : shorter[(next * size)..(++next * size)]);
    }
}
