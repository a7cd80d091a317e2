using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>Which rows each network that corrects a base learns from, and which tell whether it does.</summary>
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

    private BaseParts(int seed, bool inOrder, ExampleSource judging, IReadOnlyList<MemberRows> members)
    {
        (_seed, _inOrder, Judging, Members) = (seed, inOrder, judging, members);
    }

    /// <summary>All rows that tell.</summary>
    public ExampleSource Judging { get; }

    /// <summary>Those of each network.</summary>
    public IReadOnlyList<MemberRows> Members { get; }

    /// <param name="context">What there is to learn from.</param>
    /// <param name="solved">The base.</param>
    /// <param name="networks">How many there are to be.</param>
    public static BaseParts Of(TrainingContext context, SolvedBase solved, int networks)
    {
        var (data, outputs) = (context.Data, context.Head.Outputs);
        var all = new BaseOutputs(data.Rows, outputs);
        for (var index = 0; index < solved.Rows.Length; index++)
        {
            all.Set(solved.Rows[index], solved.LeftOut.AsSpan(index * outputs, outputs));
        }
        if (context.Validation is { } given)
        {
            return Held(new ExampleSource(data) { Base = all }, Answered(new ExampleSource(given), new BaseOutputs(given.Rows, outputs)));
        }
        if (data.IsDivided)
        {
            return Held(new ExampleSource(data) { Base = all }, Answered(new ExampleSource(data, RowPart.Validation), all));
        }
        var drawn = solved.Rows.OrderBy(row => SeedSequence.Derive(context.Seed, row)).ThenBy(row => row).ToArray();
        var parts = networks == 1 ? PartsOfOne : networks;
        var members = Enumerable.Range(0, networks).Select(part => new MemberRows(
            Some(place => place % parts != part), null, Some(place => place % parts == part))).ToArray();
        return new BaseParts(context.Seed, inOrder: false, networks == 1 ? members[0].Judged! : new ExampleSource(data) { Base = all }, members);

        ExampleSource Some(Func<int, bool> wanted) =>
            new(data, only: [.. drawn.Where((_, place) => wanted(place)).Order()]) { Base = all };

        BaseParts Held(ExampleSource train, ExampleSource held) =>
            new(context.Seed, inOrder: true, held, [.. Enumerable.Repeat(new MemberRows(train, held, held), networks)]);

        ExampleSource Answered(ExampleSource rows, BaseOutputs into)
        {
            using var _ = no_grad();
            foreach (var (store, places, first) in rows.Batches(RowsTogether, shuffle: null))
            {
                context.CheckAlive();
                using var scope = NewDisposeScope();
                var answers = solved.Network.call(BatchBuilder.Inputs(store, places, data.Columns.Input, CPU)).data<float>().ToArray();
                for (var index = 0; index < places.Count; index++)
                {
                    into.Set(first + places[index], answers.AsSpan(index * outputs, outputs));
                }
            }
            return new ExampleSource(rows.Data, rows.Part) { Base = into };
        }
    }

    /// <summary>What orders the rows of a part: as they were read where they may be in time, else drawn, since files often have class after class.</summary>
    public IEnumerable<long> Order(ExampleSource rows) => _inOrder || rows.Only is null
        ? Enumerable.Range(0, (int)rows.Rows).Select(row => (long)row)
        : rows.Only.Select(row => ((long)SeedSequence.Derive(_seed, row) << 32) + row);
}
