using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>
/// Networks whose outputs are averaged, alone or in a weighted sum with those of a solved base: the counterpart of
/// <see cref="Networks.Ensemble"/> and <see cref="Networks.BasedNetwork"/>.
/// </summary>
/// <param name="solved">The base; null for none.</param>
/// <param name="networks">What is averaged; may be none beside a base.</param>
/// <param name="head">Defines in which quantity.</param>
/// <param name="weights">The weights of the sum; null without a base.</param>
internal sealed class ManagedEnsemble(ManagedNetwork? solved, IReadOnlyList<ManagedNetwork> networks, IRowHead head, StackingWeights? weights)
    : ManagedNetwork
{
    private readonly string[] _names = StreamNames.Of("members", networks.Count);

    private IEnumerable<ManagedNetwork> All => solved is null ? networks : networks.Prepend(solved);

    public override InputRange? Range { get; } = (solved is null ? networks : networks.Prepend(solved)).Select(network => network.Range)
        .Aggregate((one, other) => one is null ? (solved is null ? null : other) : other is null ? (solved is null ? null : one) : one.And(other));

    public override int Channels => All.First().Channels;

    public override int Outputs => All.First().Outputs;

    public override long StepWork => All.Sum(network => network.StepWork);

    public override int StepsAtOnce => All.Min(network => network.StepsAtOnce);

    public override bool Streams => solved is null && networks.All(network => network.Streams);

    public override unsafe void Run(in RaggedRows rows, float* outputs, Scratch scratch)
    {
        using var mark = scratch.Begin();
        if (networks.Count == 0)
        {
            solved!.Run(rows, outputs, scratch);
            return;
        }
        var own = scratch.Take(rows.Count * Outputs);
        Average(rows, outputs, own, null, scratch);
        Correct(rows, outputs, own, rows.Count * Outputs, scratch);
    }

    public override unsafe void Advance(in RaggedRows rows, float* outputs, ManagedStreamState state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        Average(rows, outputs, scratch.Take(Outputs), state, scratch);
    }

    private unsafe void Average(in RaggedRows rows, float* outputs, float* own, ManagedStreamState? state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var size = Outputs;
        var sums = new Span<double>(scratch.Take(2 * (nint)rows.Count * head.Means), rows.Count * head.Means);
        sums.Clear();
        for (var index = 0; index < networks.Count; index++)
        {
            if (state is null)
            {
                networks[index].Run(rows, own, scratch);
            }
            else
            {
                networks[index].Advance(rows, own, state.At(_names[index]), scratch);
            }
            for (var row = 0; row < rows.Count; row++)
            {
                head.AddMeans(new ReadOnlySpan<float>(own + (row * size), size), sums.Slice(row * head.Means, head.Means));
            }
        }
        for (var row = 0; row < rows.Count; row++)
        {
            var sum = sums.Slice(row * head.Means, head.Means);
            foreach (ref var value in sum)
            {
                value /= networks.Count;
            }
            head.FromMeans(sum, new Span<float>(outputs + (row * size), size));
        }
    }

    private unsafe void Correct(in RaggedRows rows, float* outputs, float* own, int count, Scratch scratch)
    {
        if (weights is not { } parts)
        {
            return;
        }
        if (parts.Base != 0)
        {
            solved!.Run(rows, own, scratch);
        }
        for (var i = 0; i < count; i++)
        {
            outputs[i] *= (float)parts.Network;
            outputs[i] += parts.Base == 0 ? 0 : own[i] * (float)parts.Base;
        }
    }
}
