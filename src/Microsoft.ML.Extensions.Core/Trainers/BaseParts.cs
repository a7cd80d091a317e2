using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>Which rows each network beside a base learns from, and which tell what it adds.</summary>
/// <remarks>
/// Where rows are held out, these tell. Else each network of an ensemble leaves a part of its own out, as the folds of a cross-validation, and
/// a single network a fifth: together they have seen every row, and so has the base.
/// </remarks>
internal sealed class BaseParts
{
    private const int RowsTogether = 256;
    private const int PartsOfOne = 5;

    private readonly int _seed;
    private readonly bool _inOrder;

    private BaseParts(int seed, bool inOrder, JudgedRows judging, IReadOnlyList<MemberRows> members)
    {
        (_seed, _inOrder, Judging, Members) = (seed, inOrder, judging, members);
    }

    /// <summary>Whether each network leaves out rows of its own; else the same rows are held out from all.</summary>
    public bool AreFolds => !_inOrder;

    /// <summary>All rows that tell.</summary>
    public JudgedRows Judging { get; }

    /// <summary>Those of each network.</summary>
    public IReadOnlyList<MemberRows> Members { get; }

    /// <param name="context">What there is to learn from.</param>
    /// <param name="solved">The base.</param>
    /// <param name="networks">How many there are to be.</param>
    public static BaseParts Of(TrainingContext context, SolvedBase solved, int networks)
    {
        var (data, outputs) = (context.Data, context.Head.Outputs);
        if (context.Validation is { } given)
        {
            return Held(new ExampleSource(given));
        }
        if (data.IsDivided)
        {
            return Held(new ExampleSource(data, RowPart.Validation));
        }
        var leftOut = new RowOutputs(data.Rows, outputs);
        for (var index = 0; index < solved.Rows.Length; index++)
        {
            leftOut.Set(solved.Rows[index], solved.LeftOut.AsSpan(index * outputs, outputs));
        }
        var drawn = solved.Rows.OrderBy(row => SeedSequence.Derive(context.Seed, row)).ThenBy(row => row).ToArray();
        var parts = networks == 1 ? PartsOfOne : networks;
        var members = Enumerable.Range(0, networks).Select(part => new MemberRows(
            Some(place => place % parts != part), null, new JudgedRows(Some(place => place % parts == part), leftOut))).ToArray();
        return new BaseParts(context.Seed, inOrder: false, networks == 1 ? members[0].Judged! : new JudgedRows(new ExampleSource(data), leftOut), members);

        ExampleSource Some(Func<int, bool> wanted) => new(data, only: [.. drawn.Where((_, place) => wanted(place)).Order()]);

        BaseParts Held(ExampleSource held)
        {
            var judged = new JudgedRows(held, Answers(context, solved.Network, held));
            return new BaseParts(context.Seed, inOrder: true, judged, [.. Enumerable.Repeat(new MemberRows(new ExampleSource(data), held, judged), networks)]);
        }
    }

    /// <summary>What orders the rows that tell: as they were read where they may be in time, else drawn, since files often have class after class.</summary>
    /// <param name="row">The number of a row.</param>
    public long Order(long row) => _inOrder ? row : ((long)SeedSequence.Derive(_seed, row) << 32) + row;

    private static RowOutputs Answers(TrainingContext context, Network solved, ExampleSource rows)
    {
        using var _ = no_grad();
        var answers = new RowOutputs(rows.Data.Rows, context.Head.Outputs);
        foreach (var (store, places, first) in rows.Batches(RowsTogether, shuffle: null))
        {
            context.CheckAlive();
            using var scope = NewDisposeScope();
            answers.Set(first, places, solved.call(BatchBuilder.Inputs(store, places, rows.Data.Columns.Input, CPU)));
        }
        return answers;
    }
}
