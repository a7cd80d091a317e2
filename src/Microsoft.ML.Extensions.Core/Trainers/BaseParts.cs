using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>The rows that each network that corrects a base is trained on, and the rows that judge it.</summary>
/// <remarks>
/// Held-out rows judge where there are any. Otherwise each network of an ensemble leaves out a part of its own, as in cross-validation, and
/// a single network leaves out a fifth. The networks together, and the base, are trained on every row.
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

    /// <summary>All rows that judge.</summary>
    public ExampleSource Judging { get; }

    /// <summary>The rows of each network.</summary>
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

    /// <summary>The order of the rows of a part: as read where they may be a time series, otherwise random, since files are often sorted by class.</summary>
    public IEnumerable<long> Order(ExampleSource rows) => _inOrder || rows.Only is null
        ? Enumerable.Range(0, (int)rows.Rows).Select(row => (long)row)
        : rows.Only.Select(row => ((long)SeedSequence.Derive(_seed, row) << 32) + row);
}
