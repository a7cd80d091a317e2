using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// A base that was solved for, and networks: the weighted sum of its outputs and of theirs, averaged; the base alone where there are no
/// networks.
/// </summary>
internal sealed class BasedNetwork : Network, IBounded, IComposed, IOnnxForm, IRowMemory, ISizedByData, IStreamable
{
    // The names of these fields are those of the model file.
    private readonly Network @base;
    private readonly ModuleList<Network> members;
    private readonly IOutputMean _mean;
    private readonly StackingWeights _weights;

    /// <param name="solved">The base, <c>[B, K]</c>.</param>
    /// <param name="networks">The networks beside it, <c>[B, K]</c> each; may be none.</param>
    /// <param name="mean">Averages their outputs.</param>
    /// <param name="weights">The weights of the sum.</param>
    public BasedNetwork(Network solved, IEnumerable<Network> networks, IOutputMean mean, StackingWeights weights)
        : base(nameof(BasedNetwork))
    {
        (@base, _mean, _weights) = (solved, mean, weights);
        members = new ModuleList<Network>(networks.ToArray());
        if (solved is not ISizedByData || solved.state_dict().Count > 0)
        {
            RegisterComponents();
        }
    }

    public IEnumerable<(string Name, Network Network)> Networks =>
        StreamNames.Of(nameof(members), members.Count).Zip(members).Prepend((nameof(@base), @base));

    public string? StreamingObstacle
    {
        get
        {
            var own = members.Select(member => IStreamable.Of(member).StreamingObstacle).FirstOrDefault();
            return $"its base needs whole rows; set Base to None{(own is null ? "" : $"; its network cannot either: {own}")}";
        }
    }

    public long RowBytes(long steps) => members.Prepend(@base).Max(member => IRowMemory.BytesOf(member, steps));

    public InputRange? Range => members.Prepend(@base).Select(IBounded.RangeOf)
        .Aggregate((one, other) => one is null ? other : other is null ? one : one.And(other));

    public void MakeRoom(IReadOnlyDictionary<string, long[]> shapes)
    {
        const string prefix = nameof(@base) + ".";
        if (@base is not ISizedByData sized)
        {
            return;
        }
        sized.MakeRoom(shapes.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value));
        // A module registers the parameters that a child has at that moment, and no later ones.
        RegisterComponents();
    }

    public void CheckLoaded(InputColumn input, int outputs) => (@base as ISizedByData)?.CheckLoaded(input, outputs);

    public override Tensor forward(InputBatch batch)
    {
        if (members.Count == 0)
        {
            return @base.call(batch);
        }
        var networks = _mean.Mean(members.Select(member => member.call(batch))).Scaled(_weights.Network);
        return _weights.Base == 0 ? networks : networks.Plus(@base.call(batch), _weights.Base);
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        if (members.Count == 0)
        {
            return IOnnxForm.Of(@base).ToOnnx(graph, input);
        }
        var networks = graph.Scaled(_mean.Mean(graph, [.. members.Select(member => IOnnxForm.Of(member).ToOnnx(graph, input))]), _weights.Network);
        return _weights.Base == 0 ? networks
            : graph.Plus(networks, graph.Scaled(IOnnxForm.Of(@base).ToOnnx(graph, input), _weights.Base));
    }
}
