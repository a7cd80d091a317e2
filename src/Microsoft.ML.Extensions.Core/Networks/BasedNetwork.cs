using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A solved base and the networks that correct it. Its output is the mean, over networks, of base plus network; without networks, the base's.</summary>
internal sealed class BasedNetwork : Network, IBounded, ISizedByData, IStreamable
{
    // The names of these fields are those of the model file.
    private readonly Network @base;
    private readonly ModuleList<Network> members;
    private readonly OutputMean _mean;

    /// <param name="solved">The base, <c>[B, K]</c>.</param>
    /// <param name="networks">The networks that correct it, <c>[B, K]</c> each; may be empty.</param>
    /// <param name="mean">Averages outputs.</param>
    public BasedNetwork(Network solved, IEnumerable<Network> networks, OutputMean mean)
        : base(nameof(BasedNetwork))
    {
        (@base, _mean) = (solved, mean);
        members = new ModuleList<Network>(networks.ToArray());
        if (solved is not ISizedByData || solved.state_dict().Count > 0)
        {
            RegisterComponents();
        }
    }

    public string? StreamingObstacle
    {
        get
        {
            var own = members.Select(member => IStreamable.Of(member).StreamingObstacle).FirstOrDefault();
            return $"its base needs whole rows; set Base to None{(own is null ? "" : $"; its network cannot either: {own}")}";
        }
    }

    public InputRange? Range => members.Prepend(@base).Select(IBounded.RangeOf).Aggregate((one, other) => one is null ? other : other is null ? one : one.And(other));

    public void MakeRoom(IReadOnlyDictionary<string, long[]> shapes)
    {
        const string prefix = nameof(@base) + ".";
        if (@base is not ISizedByData sized)
        {
            return;
        }
        sized.MakeRoom(shapes.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value));
        // A module registers the parameters that a child has at that moment, and no later ones.
        RegisterComponents();
    }

    public void CheckLoaded(InputColumn input, int outputs) => (@base as ISizedByData)?.CheckLoaded(input, outputs);

    public override Tensor forward(InputBatch batch)
    {
        var solved = @base.call(batch);
        return members.Count == 0 ? solved : _mean(members.Select(member => solved.Plus(member.call(batch))));
    }
}
