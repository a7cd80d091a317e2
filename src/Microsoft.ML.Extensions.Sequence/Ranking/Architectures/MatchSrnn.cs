using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Match-SRNN (Wan et al. 2016, arXiv 1604.04378): a neural tensor of each pair of terms, and a spatial GRU over the pairs from the first
/// to the last.
/// </summary>
/// <remarks>
/// As in the paper; the pairs of one antidiagonal are computed at once. Training keeps many values for each pair of terms, so shorten the
/// texts.
/// </remarks>
internal sealed class MatchSrnn : PairModel
{
    private const int Channels = 4;
    private const int Units = 8;
    private const int Gates = 3 + 4 + 1;

    private readonly TermTable table;
    private readonly Parameter tensors;
    private readonly LinearLayer queries;
    private readonly LinearLayer documents;
    private readonly LinearLayer input;
    private readonly LinearLayer gates;
    private readonly LinearLayer candidate;
    private readonly LinearLayer score;

    public MatchSrnn(PairSettings settings)
        : base(nameof(MatchSrnn))
    {
        table = settings.Table();
        tensors = Initial.Uniform(table.Width, settings.Generator, table.Width, Channels * table.Width);
        queries = settings.Linear(table.Width, Channels);
        documents = settings.Linear(table.Width, Channels);
        input = settings.Linear(Channels, Gates * Units);
        gates = settings.Linear(3 * Units, 7 * Units);
        candidate = settings.Linear(3 * Units, Units);
        score = settings.Linear(Units, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => 40L * Units * queryTerms * (queryTerms + documentTerms);

    public override Tensor forward(PairBatch batch)
    {
        var signals = input.call(Interactions(batch));
        var (rows, columns) = (signals.shape[1], signals.shape[2]);
        var (turned, within, last) = Diagonals(signals, batch);
        // A step's gradient is then of that step alone: that of select has the size of all.
        var diagonals = turned.unbind(1);
        var state = zeros([batch.Pairs, rows, Units], signals.dtype, signals.device);
        var (before, reached) = (state, state.sum(1));
        for (var t = 0; t < diagonals.Length; t++)
        {
            var next = Step(diagonals[t], state, Below(state), Below(before)) * within.select(0, t).unsqueeze(-1);
            reached = reached.Plus((next * last.select(1, t).unsqueeze(-1)).sum(1));
            (before, state) = (state, next);
        }
        return score.call(reached).squeeze(-1);
    }

    // [S, Lq, Ld, C]
    private Tensor Interactions(PairBatch batch)
    {
        var vectors = table.call(batch);
        var (query, document) = (PairBatch.At(vectors, batch.Queries), PairBatch.At(vectors, batch.Documents));
        var (pairs, rows) = ((long)batch.Pairs, query.shape[1]);
        var mapped = batch.OfPairs(query.Times(tensors)).view(pairs, rows * Channels, table.Width);
        var products = mapped.Times(document.transpose(1, 2)).view(pairs, rows, Channels, -1).transpose(2, 3);
        return products.Plus(batch.OfPairs(queries.call(query)).unsqueeze(2)).Plus(documents.call(document).unsqueeze(1)).relu();
    }

    // Row i of diagonal t is the pair (i, t - i). Also a mask of existing pairs, [T, Lq], and one of the last pair, [S, T, Lq].
    private static (Tensor Signals, Tensor Within, Tensor Last) Diagonals(Tensor signals, PairBatch batch)
    {
        var (rows, columns) = ((int)signals.shape[1], (int)signals.shape[2]);
        var steps = rows + columns - 1;
        var places = new long[steps * rows];
        var within = new float[steps * rows];
        for (var t = 0; t < steps; t++)
        {
            for (var i = 0; i < rows; i++)
            {
                places[(t * rows) + i] = (i * columns) + Math.Clamp(t - i, 0, columns - 1);
                within[(t * rows) + i] = t >= i && t - i < columns ? 1 : 0;
            }
        }
        var last = new float[batch.Pairs * steps * rows];
        var queryLengths = batch.QueryLengthsOfPairs();
        for (var pair = 0; pair < batch.Pairs; pair++)
        {
            var (i, t) = (queryLengths[pair] - 1, queryLengths[pair] + batch.DocumentLengths[pair] - 2);
            last[(((pair * steps) + t) * rows) + i] = 1;
        }
        var index = tensor(places, ScalarType.Int64, device: signals.device);
        var turned = signals.view(batch.Pairs, rows * columns, -1).index_select(1, index).view(batch.Pairs, steps, rows, -1);
        return (turned, within.ToAligned(steps, rows).to(signals.device), last.ToAligned(batch.Pairs, steps, rows).to(signals.device));
    }

    private static Tensor Below(Tensor state) => nn.functional.pad(state, [0, 0, 1, 0]).narrow(1, 0, state.shape[1]);

    private Tensor Step(Tensor signal, Tensor left, Tensor top, Tensor corner)
    {
        var around = cat([left, top, corner], -1);
        var ofSignal = signal.split([7 * Units, Units], -1);
        var gated = gates.call(around).Plus(ofSignal[0]).split([3 * Units, 4 * Units], -1);
        var shares = gated[1].reshape(signal.shape[0], signal.shape[1], 4, Units).softmax(2);
        var fresh = candidate.call(around * gated[0].sigmoid()).Plus(ofSignal[1]).tanh();
        return (stack([left, top, corner, fresh], 2) * shares).sum(2);
    }
}
