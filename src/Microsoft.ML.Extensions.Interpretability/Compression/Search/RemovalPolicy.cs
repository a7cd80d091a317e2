using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The policy of the first stage (Ashok et al. 2018, arXiv 1709.06030): a bidirectional LSTM of two layers reads the parts of a network and
/// gives the probability that each is kept.
/// </summary>
/// <remarks>Differs from the paper: a tenth of the choices are uniform, since a policy that has settled would try nothing new.</remarks>
internal sealed class RemovalPolicy : nn.Module
{
    /// <summary>The part of the choices that are uniform.</summary>
    public const double Exploration = 0.1;

    private const int Hidden = 30;

    // The names of these fields are those of policy files.
    private readonly PolicyCell forward0;
    private readonly PolicyCell backward0;
    private readonly PolicyCell forward1;
    private readonly PolicyCell backward1;
    private readonly Parameter output;
    private readonly Parameter bias;

    public RemovalPolicy(Generator generator)
        : base(nameof(RemovalPolicy))
    {
        forward0 = new PolicyCell(PartFeatures.OfPart, Hidden, generator);
        backward0 = new PolicyCell(PartFeatures.OfPart, Hidden, generator);
        forward1 = new PolicyCell(2 * Hidden, Hidden, generator);
        backward1 = new PolicyCell(2 * Hidden, Hidden, generator);
        output = Initial.Uniform(2 * Hidden, generator, 1, 2 * Hidden);
        bias = Initial.Zeros(1);
        RegisterComponents();
    }

    /// <summary>The logits of keeping the parts that can be left out, <c>[R]</c>.</summary>
    public Tensor Logits(SearchSpace space)
    {
        var parts = PartFeatures.Of(space);
        var first = cat([forward0.Run(parts, backwards: false), backward0.Run(parts, backwards: true)], 1);
        var second = cat([forward1.Run(first, backwards: false), backward1.Run(first, backwards: true)], 1);
        var all = nn.functional.linear(second, output, bias).squeeze(-1);
        return all.index_select(0, tensor(space.Removable.Select(part => (long)part).ToArray()));
    }

    /// <summary>Draws which parts are kept, for each of several rollouts.</summary>
    public static bool[][] Draw(Tensor logits, int rollouts, Random random)
    {
        using var scope = NewDisposeScope();
        var kept = Mixed(logits.detach().sigmoid()).contiguous().AsSpan().ToArray();
        return [.. Enumerable.Range(0, rollouts).Select(_ => kept.Select(probability => random.NextDouble() < probability).ToArray())];
    }

    /// <summary>The logarithms of the probabilities of rollouts, <c>[N]</c>.</summary>
    public static Tensor LogProbabilities(Tensor logits, IReadOnlyList<bool[]> rollouts)
    {
        var signs = rollouts.SelectMany(kept => kept.Select(one => one ? 1f : -1f)).ToArray().ToAligned(rollouts.Count, logits.shape[0]);
        return Mixed((signs * logits).sigmoid()).log().sum([1]);
    }

    private static Tensor Mixed(Tensor probabilities) => probabilities.Scaled(1 - Exploration).Plus(Exploration / 2);
}
