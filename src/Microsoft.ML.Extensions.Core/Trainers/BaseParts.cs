using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>The training rows of each network that is added to a base, and the rows that measure its gain.</summary>
/// <remarks>
/// The validation set measures the gain if there is one. Otherwise each network of an ensemble leaves out its own part, as in
/// cross-validation, and a single network leaves out a fifth. The networks together, and the base, are trained on every row.
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

    /// <summary>Whether each network leaves out its own rows; otherwise the same rows are held out from all.</summary>
    public bool AreFolds => !_inOrder;

    /// <summary>All rows that measure the gain.</summary>
    public JudgedRows Judging { get; }

    /// <summary>The rows of each network.</summary>
    public IReadOnlyList<MemberRows> Members { get; }

    /// <param name="context">The training context.</param>
    /// <param name="solved">The base.</param>
    /// <param name="networks">The number of networks.</param>
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

    /// <summary>
    /// The key that orders the measuring rows: the reading order if the rows may be a time series, otherwise random, since files are often
    /// sorted by class.
    /// </summary>
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
