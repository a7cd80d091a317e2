using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The policy of the second stage (Ashok et al. 2018, arXiv 1709.06030): an LSTM goes through the sizes of a network and chooses a factor
/// for each; it reads the factor that it chose before.
/// </summary>
/// <remarks>Differs from the paper as <see cref="RemovalPolicy"/> does: a tenth of the choices are uniform.</remarks>
internal sealed class ShrinkagePolicy : nn.Module
{
    private const int Hidden = 30;

    // The names of these fields are those of policy files.
    private readonly PolicyCell cell0;
    private readonly PolicyCell cell1;
    private readonly Parameter output;
    private readonly Parameter bias;

    public ShrinkagePolicy(int factors, Generator generator)
        : base(nameof(ShrinkagePolicy))
    {
        cell0 = new PolicyCell(PartFeatures.OfSize, Hidden, generator);
        cell1 = new PolicyCell(Hidden, Hidden, generator);
        output = Initial.Uniform(Hidden, generator, factors, Hidden);
        bias = Initial.Zeros(factors);
        RegisterComponents();
    }

    /// <summary>Draws the levels of all sizes for several rollouts at once, and gives the logarithms of their probabilities, <c>[N]</c>.</summary>
    public (int[][] Levels, Tensor LogProbabilities) Draw(SearchSpace space, int rollouts, Random random)
    {
        var levels = Enumerable.Range(0, rollouts).Select(_ => new int[space.Sizes.Count]).ToArray();
        return (levels, Walk(space, levels, (probabilities, size) =>
        {
            var width = space.Factors.Count;
            for (var rollout = 0; rollout < rollouts; rollout++)
            {
                levels[rollout][size] = Drawn(probabilities.AsSpan(rollout * width, width), random.NextDouble());
            }
        }));
    }

    /// <summary>The logarithms of the probabilities of given levels, <c>[N]</c>.</summary>
    public Tensor LogProbabilities(SearchSpace space, int[][] levels) => Walk(space, levels, (_, _) => { });

    private Tensor Walk(SearchSpace space, int[][] levels, Action<float[], int> choose)
    {
        var (low, high) = (cell0.Start(levels.Length), cell1.Start(levels.Length));
        var before = new double[levels.Length];
        var sum = zeros(levels.Length);
        for (var size = 0; size < space.Sizes.Count; size++)
        {
            low = cell0.Next(PartFeatures.Of(space, size, before), low);
            high = cell1.Next(low.State, high);
            var probabilities = nn.functional.linear(high.State, output, bias).softmax(-1)
                .Scaled(1 - RemovalPolicy.Exploration).Plus(RemovalPolicy.Exploration / space.Factors.Count);
            using (var numbers = probabilities.detach().contiguous())
            {
                choose(numbers.AsSpan().ToArray(), size);
            }
            var chosen = tensor(levels.Select(own => (long)own[size]).ToArray()).unsqueeze(-1);
            sum = sum.Plus(probabilities.gather(1, chosen).squeeze(-1).log());
            before = [.. levels.Select(own => space.Factors[own[size]])];
        }
        return sum;
    }

    private static int Drawn(ReadOnlySpan<float> probabilities, double at)
    {
        var level = 0;
        for (; level < probabilities.Length - 1 && at >= probabilities[level]; level++)
        {
            at -= probabilities[level];
        }
        return level;
    }
}
