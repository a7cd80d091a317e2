namespace Microsoft.ML.Extensions.Interpretability.Tests.Compression;

/// <summary>Rewards by a formula in place of trained networks.</summary>
internal sealed class RewardTable(SearchSpace space, int budget, Func<Design, double> reward) : IDesignJudge
{
    private readonly Dictionary<string, double> _known = [];

    public int Judged => _known.Count;

    public int Budget => budget;

    public List<Design> Designs { get; } = [];

    public double Best => _known.Values.Max();

    public double? Reward(Design design, int iteration = int.MaxValue)
    {
        var key = space.Describe(design);
        if (!_known.TryGetValue(key, out var known))
        {
            if (_known.Count >= budget)
            {
                return null;
            }
            _known[key] = known = reward(design);
            Designs.Add(design);
        }
        return known;
    }

    /// <summary>Layers of 64 channels, of which all but the first may be left out.</summary>
    public static SearchSpace Layers(int layers, params double[] factors) => new(
        [.. Enumerable.Range(0, layers).Select(layer => new NetworkPart(
            $"layers.{layer}", NetworkPartKind.Linear, CanLack: layer > 0, [new("Width", 64)]))], factors);

    /// <summary>
    /// The reward of N2N where parameters are products of widths next to each other, and accuracy falls with what each layer loses, the
    /// later ones more.
    /// </summary>
    public static double Of(SearchSpace space, Design design)
    {
        var sizes = space.SizesOf(design);
        var (before, parameters, teacher, loss) = (64.0, 0.0, 0.0, 0.0);
        for (var part = 0; part < sizes.Count; part++)
        {
            teacher += 64 * 64;
            loss += (part + 1) * Math.Pow(1 - ((sizes[part]?[0] ?? 0) / 64.0), 2) / 20;
            if (sizes[part] is { } own)
            {
                parameters += before * own[0];
                before = own[0];
            }
        }
        return CompressionReward.Of(1 - (parameters / teacher), Math.Max(0, 1 - loss), violates: false, iteration: 0);
    }
}
