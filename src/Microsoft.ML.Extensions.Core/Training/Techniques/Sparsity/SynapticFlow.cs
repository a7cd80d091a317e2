using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Prunes by synaptic flow (Tanaka, Kunin, Yamins, Ganguli 2020, arXiv 2006.05467, section 6 and algorithm 1).</summary>
/// <remarks>
/// The network has the absolute values of its parameters and reads ones; R is the sum of its outputs, and the score of a weight
/// <c>|w dR/dw|</c>. In round k of 100 the part <c>density^(k/100)</c> is kept. In networks of linear layers and ReLU the scores of a layer sum to the same
/// number for all layers, so the last weights of a small layer score high and the layer survives. Gates, tanh and attention are outside the paper's
/// theory: there the score is a heuristic.
/// Differs from the paper: in every round each matrix is divided by the mean sum of its rows. That multiplies all scores of a network of ReLU by one
/// number and keeps sums over many layers or steps within single precision. Standardisation is switched off, so that ones are read as ones;
/// a network that gives no gradient for ones, such as a forecaster that standardises each window, reads a row of the first batch.
/// </remarks>
internal static class SynapticFlow
{
    private const int Rounds = 100;

    /// <summary>Chooses the live units; the network has its own weights afterwards.</summary>
    public static void Prune(TechniqueContext context, SparseNetwork sparse, InputBatch rows)
    {
        var network = context.Network;
        using var own = WeightSnapshot.Of(network);
        using var scope = NewDisposeScope();
        network.eval();
        try
        {
            var channels = context.Data.Channels.Channels;
            IStandardized.Standardize(network, ChannelStatistics.Of(new double[channels], [.. Enumerable.Repeat(1.0, channels)]));
            var input = new InputBatch(ones_like(rows.Values.narrow(0, 0, 1)), [(int)rows.Steps]);
            for (var round = 1; round <= Rounds; round++)
            {
                context.Run.CheckAlive();
                // It belongs to the scope in which it is first read.
                _ = input.Mask;
                var scores = Scores(network, own, sparse, input);
                if (round == 1 && scores.All(part => part.All(score => score == 0)))
                {
                    input = new InputBatch(rows.Values.narrow(0, 0, 1), rows.Lengths[..1]);
                    _ = input.Mask;
                    scores = Scores(network, own, sparse, input);
                }
                Check(scores);
                var done = (double)round / Rounds;
                sparse.Live = sparse.Best(sparse.OfLive(scores), final => Math.Pow(final, done));
            }
        }
        finally
        {
            own.CopyTo(network);
            network.zero_grad();
            network.train();
        }
    }

    private static IReadOnlyList<float[]> Scores(Network network, WeightSnapshot own, SparseNetwork sparse, InputBatch input)
    {
        using var scope = NewDisposeScope();
        SetSizes(network, own, sparse);
        network.zero_grad();
        network.call(input).sum().backward();
        return sparse.Scores(parameter => parameter.grad is { } gradient ? parameter.detach() * gradient : null);
    }

    private static void SetSizes(Network network, WeightSnapshot own, SparseNetwork sparse)
    {
        using var _ = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            parameter.copy_(own.Values[name].abs());
        }
        sparse.Apply(null);
        foreach (var matrix in sparse.Matrices)
        {
            var row = matrix.Parameter.sum().cpu().Item<float>() / matrix.RowCount;
            matrix.Parameter.copy_(matrix.Parameter.Scaled(row > 0 ? 1 / (double)row : 1));
        }
    }

    private static void Check(IReadOnlyList<float[]> scores)
    {
        if (scores.Any(part => part.Any(score => !float.IsFinite(score))) || scores.All(part => part.All(score => score == 0)))
        {
            throw new InvalidOperationException(
                $"Training.Sparsity.Method is {SparsityMethod.SynFlow}, and its scores are 0 or not finite in this network, so they rank nothing. "
                + $"Take {SparsityMethod.StaticRandom} or {SparsityMethod.Snip}.");
        }
    }
}
