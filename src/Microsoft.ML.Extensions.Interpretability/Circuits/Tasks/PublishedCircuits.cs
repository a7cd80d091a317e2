namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Circuits that others found by hand in published models, to measure methods by.</summary>
/// <remarks>
/// Edges are those of the graphs in the code of Conmy et al. (2023, arXiv 2304.14997), whether a head reads by query, key or value. That
/// code and the code of O'Neill and Bui (2024, arXiv 2405.12522) differ in a head for two of the three; both are given.
/// </remarks>
public static class PublishedCircuits
{
    private const int Gpt2Layers = 12;

    // Layer and head.
    private static readonly CircuitNode[] PreviousToken = Heads((2, 2), (4, 11));
    private static readonly CircuitNode[] DuplicateToken = Heads((0, 1), (0, 10), (3, 0));
    private static readonly CircuitNode[] InductionHeads = Heads((5, 5), (5, 8), (5, 9), (6, 9));
    private static readonly CircuitNode[] SubjectInhibition = Heads((7, 3), (7, 9), (8, 6), (8, 10));
    private static readonly CircuitNode[] NameMovers = Heads((9, 6), (9, 9), (10, 0));
    private static readonly CircuitNode[] BackupNameMovers = Heads((9, 0), (9, 7), (10, 1), (10, 2), (10, 6), (10, 10), (11, 2), (11, 9));
    private static readonly CircuitNode[] NegativeNameMovers = Heads((10, 7), (11, 10));

    private static readonly CircuitNode[] YearFirst = Heads((0, 1));
    private static readonly CircuitNode[] YearEarly = Heads((0, 3), (0, 5));
    private static readonly CircuitNode[] YearMiddle = Heads((5, 5), (6, 1), (6, 9), (7, 10), (8, 11), (9, 1));

    /// <summary>
    /// Indirect object identification in GPT-2 small: 26 heads and 526 edges (heads: Wang et al. 2022, arXiv 2211.00593; head 9.0 and the
    /// edges: the code of Conmy et al. 2023, arXiv 2304.14997).
    /// </summary>
    /// <remarks>
    /// Input leads to previous and duplicate token heads, by query to subject inhibition heads, by key and value to the three kinds of name
    /// movers; previous token heads to induction heads; these and duplicate token heads to subject inhibition heads; those to the name
    /// movers, and these to the output. MLPs count with both input and output; as in that code, every edge between an MLP and a head of
    /// the circuit is in it, and so are those among MLPs, input and output.
    /// </remarks>
    public static CircuitTruth IndirectObject { get; } = new(
        [.. PreviousToken, .. DuplicateToken, .. InductionHeads, .. SubjectInhibition, .. NameMovers, .. BackupNameMovers,
            .. NegativeNameMovers],
        IndirectObjectEdges());

    /// <summary>
    /// The 26 heads that the code of O'Neill and Bui (2024, arXiv 2405.12522) measures by, for the figures of that paper: as
    /// <see cref="IndirectObject"/>, but with head 11.3 for 9.0. It has no edges.
    /// </summary>
    public static CircuitTruth IndirectObjectOfAutoencoderPaper { get; } = Replaced(IndirectObject, (9, 0), (11, 3));

    /// <summary>
    /// The greater-than task in GPT-2 small: 9 heads and 145 edges (Hanna et al. 2023, arXiv 2305.00586; edges: the code of Conmy et al.
    /// 2023, arXiv 2304.14997).
    /// </summary>
    /// <remarks>
    /// Input leads to heads 0.1, 0.3, 0.5 and MLPs 0 to 3; 0.1 to these MLPs; all of them to heads 5.5, 6.1, 6.9, 7.10, 8.11, 9.1; those to
    /// MLPs 8 to 11, and both to the output. MLPs 0 to 8 are connected with each other, 8 to 11 as well, and each MLP with the later of the
    /// six heads.
    /// </remarks>
    public static CircuitTruth GreaterThan { get; } = new([.. YearFirst, .. YearEarly, .. YearMiddle], GreaterThanEdges());

    /// <summary>
    /// The docstring task in a transformer of four layers of attention alone (<c>attn-only-4l</c> of TransformerLens, eight heads a layer):
    /// 6 heads and 20 edges, from the code of Conmy et al. (2023, arXiv 2304.14997), whose 37 edges are those of queries, keys and values,
    /// and those within heads.
    /// </summary>
    public static CircuitTruth Docstring { get; } = new(Heads((0, 5), (1, 2), (1, 4), (2, 0), (3, 0), (3, 6)), DocstringEdges());

    /// <summary>
    /// The 6 heads that the code of O'Neill and Bui (2024, arXiv 2405.12522) measures by, for the figures of that paper: as
    /// <see cref="Docstring"/>, but with head 1.0 for 1.2, probably by mistake. It has no edges.
    /// </summary>
    public static CircuitTruth DocstringOfAutoencoderPaper { get; } = Replaced(Docstring, (1, 2), (1, 0));

    private static IEnumerable<CircuitEdge> IndirectObjectEdges()
    {
        CircuitNode[] movers = [.. NameMovers, .. BackupNameMovers, .. NegativeNameMovers];
        CircuitNode[] heads = [.. PreviousToken, .. DuplicateToken, .. InductionHeads, .. SubjectInhibition, .. movers];
        var mlps = Mlps(0, Gpt2Layers);
        return
        [
            .. Edges([CircuitNode.Input, .. mlps], [.. mlps, CircuitNode.Output]),
            .. Edges(mlps, heads),
            .. Edges(heads, mlps),
            .. Edges([CircuitNode.Input], [.. PreviousToken, .. DuplicateToken, .. SubjectInhibition, .. movers]),
            .. Edges(PreviousToken, InductionHeads),
            .. Edges([.. DuplicateToken, .. InductionHeads], SubjectInhibition),
            .. Edges(SubjectInhibition, movers),
            .. Edges(movers, [CircuitNode.Output]),
        ];
    }

    private static IEnumerable<CircuitEdge> GreaterThanEdges()
    {
        var (early, late) = (Mlps(0, 4), Mlps(8, 4));
        var before = Mlps(0, YearMiddle.Max(head => head.Layer));
        return
        [
            .. Edges([CircuitNode.Input], [.. YearFirst, .. YearEarly, .. early]),
            .. Edges(YearFirst, early),
            .. Edges([.. YearFirst, .. YearEarly], YearMiddle),
            .. Edges(before, [.. before, .. YearMiddle]),
            .. Edges(YearMiddle, [.. late, CircuitNode.Output]),
            .. Edges(late, [.. late, CircuitNode.Output]),
        ];
    }

    private static IEnumerable<CircuitEdge> DocstringEdges()
    {
        var (copier, reader, mover, matcher) = (
            CircuitNode.Head(0, 5), CircuitNode.Head(1, 2), CircuitNode.Head(1, 4), CircuitNode.Head(2, 0));
        var answers = Heads((3, 0), (3, 6));
        return
        [
            .. Edges([CircuitNode.Input], [copier, reader, mover, matcher, .. answers]),
            .. Edges([copier], [reader, mover, matcher, .. answers]),
            .. Edges([reader], answers),
            .. Edges([mover], [matcher, .. answers]),
            .. Edges([matcher], answers),
            .. Edges(answers, [CircuitNode.Output]),
        ];
    }

    // Those that lead forward.
    private static IEnumerable<CircuitEdge> Edges(CircuitNode[] sources, CircuitNode[] targets) =>
        from source in sources
        from target in targets
        where source.Stage < target.Stage
        select new CircuitEdge(source, target);

    private static CircuitNode[] Heads(params (int Layer, int Head)[] heads) =>
        [.. heads.Select(head => CircuitNode.Head(head.Layer, head.Head))];

    private static CircuitNode[] Mlps(int first, int count) => [.. Enumerable.Range(first, count).Select(CircuitNode.Mlp)];

    private static CircuitTruth Replaced(CircuitTruth truth, (int Layer, int Head) head, (int Layer, int Head) by) =>
        new(truth.Heads.Except(Heads(head)).Concat(Heads(by)));
}
