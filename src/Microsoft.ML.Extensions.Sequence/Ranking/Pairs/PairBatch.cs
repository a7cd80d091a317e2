using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Pairs of queries and documents as tensors: S pairs of B queries, L terms of the longest text, U distinct terms.</summary>
/// <remarks>
/// Terms are renumbered for the batch, from 1, those of the queries first; 0 is padding. Values that depend only on terms, such as their
/// vectors and cosines, are computed once per term or pair of terms and then looked up. Tensors belong to the dispose scope in which the
/// batch was created.
/// </remarks>
internal sealed class PairBatch
{
    private readonly int _queryTermCount;
    private readonly Tensor? _same;
    private readonly int[] _pieces;
    private readonly IReadOnlyList<int[]> _queries;
    private readonly IReadOnlyList<int[]> _documents;
    private readonly IReadOnlyList<long> _queryOf;
    private Tensor? _termMask;

    private PairBatch(PairUnpacker unpacked, ContextEncoder? encoder, Device device)
    {
        (Pairs, Counts, _queryTermCount) = (unpacked.Documents.Count, unpacked.Counts, unpacked.QueryTerms);
        (_queries, _documents, _queryOf) = (unpacked.Queries, unpacked.Documents, unpacked.QueryOf);
        QueryOf = tensor(unpacked.QueryOf.ToArray(), ScalarType.Int64, device: device);
        (Queries, QueryLengths) = Texts(unpacked.Queries, device);
        (Documents, DocumentLengths) = Texts(unpacked.Documents, device);
        Words = tensor(unpacked.Words.ToArray(), ScalarType.Int64, device: device);
        Numbers = tensor(unpacked.Numbers.ToArray(), [Pairs, unpacked.Numbers.Count / Math.Max(1, Pairs)], ScalarType.Float32,
            device: device);
        Letters = unpacked.HasLetters ? Texts(unpacked.Letters, device).Terms : null;
        Vectors = encoder?.Vectors(unpacked.Pieces).to(device);
        _pieces = [.. unpacked.Pieces.SelectMany(pieces => pieces)];
        _same = !unpacked.HasPieces ? null : tensor(unpacked.Same.ToArray(), ScalarType.Int64, device: device);
    }

    /// <summary>S.</summary>
    public int Pairs { get; }

    /// <summary>The number of documents of each query, <c>[B]</c>.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>The query of each pair, <c>[S]</c>.</summary>
    public Tensor QueryOf { get; }

    /// <summary>The terms of each query, <c>[B, Lq]</c>, as numbers of the batch.</summary>
    public Tensor Queries { get; }

    /// <summary>The terms of each document, <c>[S, Ld]</c>.</summary>
    public Tensor Documents { get; }

    /// <summary>The number of terms of each query, 1 or more.</summary>
    public int[] QueryLengths { get; }

    /// <summary>The number of terms of each document, 1 or more.</summary>
    public int[] DocumentLengths { get; }

    /// <summary>
    /// The vocabulary index of each term of the batch, <c>[U + 1]</c>: 0 for padding, 1 for unknown terms.
    /// </summary>
    public Tensor Words { get; }

    /// <summary>The values of number columns for each document, <c>[S, F]</c>.</summary>
    public Tensor Numbers { get; }

    /// <summary>
    /// The letter grams of each term of the batch, <c>[U + 1, G]</c>, 0 after the last; null where the network reads whole terms only.
    /// </summary>
    public Tensor? Letters { get; }

    /// <summary>
    /// The vector of each term of the batch in its text, <c>[U + 1, D]</c>, 0 for padding; null without an encoder. With one, each
    /// position of a
    /// text is a term.
    /// </summary>
    public Tensor? Vectors { get; }

    /// <summary>1 at terms of each query and 0 after them, <c>[B, Lq]</c>.</summary>
    public Tensor QueryMask => Queries.gt(Torch.Numbers.Zero).to_type(ScalarType.Float32);

    /// <summary>1 at terms of each document and 0 after them, <c>[S, Ld]</c>.</summary>
    public Tensor DocumentMask => Documents.gt(Torch.Numbers.Zero).to_type(ScalarType.Float32);

    /// <summary>1 for terms and 0 for padding, <c>[U + 1, 1]</c>.</summary>
    public Tensor TermMask => _termMask ??= Words.gt(Torch.Numbers.Zero).to_type(ScalarType.Float32).unsqueeze(1);

    /// <summary>The lengths of the queries of the pairs, <c>[S]</c>.</summary>
    public int[] QueryLengthsOfPairs()
    {
        var lengths = new int[Pairs];
        for (int query = 0, pair = 0; query < Counts.Count; query++)
        {
            for (var i = 0; i < Counts[query]; i++)
            {
                lengths[pair++] = QueryLengths[query];
            }
        }
        return lengths;
    }

    /// <summary>The encoder's ids of the pieces of both texts of each pair; -1 for a text without any.</summary>
    public IReadOnlyList<(int[] Query, int[] Document)> PiecesOfPairs()
    {
        int[][] queries = [.. _queries.Select(Pieces)];
        return [.. _documents.Zip(_queryOf, (document, query) => (queries[query], Pieces(document)))];

        // Terms count from 1 in the order of the pieces.
        int[] Pieces(int[] terms) => [.. terms.Select(term => _pieces[term - 1])];
    }

    /// <summary>Values of queries, <c>[B, ...]</c>, for each pair, <c>[S, ...]</c>.</summary>
    public Tensor OfPairs(Tensor ofQueries) => ofQueries.index_select(0, QueryOf);

    /// <summary>Values of terms, <c>[U + 1, D]</c>, for the terms of texts <c>[N, L]</c>: <c>[N, L, D]</c>.</summary>
    public static Tensor At(Tensor ofTerms, Tensor texts) =>
        ofTerms.index_select(0, texts.view(-1)).view(texts.shape[0], texts.shape[1], -1);

    /// <summary>1 where a query's term equals a document's, <c>[S, Lq, Ld]</c>, including unknown terms.</summary>
    public Tensor Exact() => OfPairs(Same(Queries)).unsqueeze(2).eq(Same(Documents).unsqueeze(1)).to_type(ScalarType.Float32) * Mask();

    /// <summary>1 at pairs of terms, <c>[S, Lq, Ld]</c>.</summary>
    public Tensor Mask() => OfPairs(QueryMask).unsqueeze(2) * DocumentMask.unsqueeze(1);

    /// <summary>
    /// The cosine of each pair of terms, <c>[S, Lq, Ld]</c>, 0 at padding. If one of them has no vector: 1 if they are equal, otherwise 0.
    /// </summary>
    /// <param name="vectors">The vectors of the terms, <c>[U + 1, D]</c>.</param>
    /// <param name="unknown">1 for terms that have none, <c>[U + 1]</c>.</param>
    public Tensor Cosines(Tensor vectors, Tensor unknown)
    {
        var unit = Unit(vectors);
        if (Vectors is not null)
        {
            return OfPairs(At(unit, Queries)).Times(At(unit, Documents).transpose(1, 2)) * Mask();
        }
        var terms = Words.shape[0];
        var table = unit.narrow(0, 0, _queryTermCount + 1).Times(unit.transpose(0, 1));
        var either = unknown.narrow(0, 0, _queryTermCount + 1).unsqueeze(1).Plus(unknown.unsqueeze(0)).gt(Torch.Numbers.Zero);
        var same = Torch.Numbers.Range(_queryTermCount + 1, ScalarType.Int64, Words.device).unsqueeze(1)
            .eq(Torch.Numbers.Range(terms, ScalarType.Int64, Words.device).unsqueeze(0)).to_type(table.dtype);
        table = where(either, same, table);
        using Scalar width = terms;
        var places = OfPairs(Queries * width).unsqueeze(2).Plus(Documents.unsqueeze(1));
        return table.view(-1).index_select(0, places.view(-1)).view(places.shape) * Mask();
    }

    /// <summary>Vectors scaled to length 1; zero vectors stay zero.</summary>
    public static Tensor Unit(Tensor vectors) => vectors / vectors.Squared().sum(-1, keepdim: true).Plus(1e-12).sqrt();

    /// <summary>Reads rows of packed queries.</summary>
    /// <param name="values">Rows in the format of <see cref="PairFormat"/>, all of the same length.</param>
    /// <param name="rows">B.</param>
    /// <param name="format">Their format.</param>
    /// <param name="choose">Selects the documents of a query, by the query's index and its number of documents; null for all.</param>
    /// <param name="device">The device of the tensors.</param>
    /// <param name="encoder">Gives the vectors of pieces; null where the format has none, or the network has its own use of them.</param>
    /// <exception cref="FormatException">The numbers are not packed queries.</exception>
    public static PairBatch Of(
        ReadOnlySpan<float> values, int rows, PairFormat format, Func<int, int, int[]?>? choose, Device device,
        ContextEncoder? encoder = null) =>
        new(new PairUnpacker(values, rows, format, choose), encoder, device);

    private Tensor Same(Tensor texts) => _same is null ? texts : _same.index_select(0, texts.view(-1)).view(texts.shape);

    private static (Tensor Terms, int[] Lengths) Texts(IReadOnlyList<int[]> texts, Device device)
    {
        var longest = Math.Max(1, texts.Max(text => text.Length));
        var terms = new long[texts.Count * longest];
        for (var i = 0; i < texts.Count; i++)
        {
            for (var j = 0; j < texts[i].Length; j++)
            {
                terms[(i * longest) + j] = texts[i][j];
            }
        }
        return (tensor(terms, [texts.Count, longest], ScalarType.Int64, device: device), [.. texts.Select(text => text.Length)]);
    }
}
