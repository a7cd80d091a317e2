using Microsoft.ML.Extensions.Columns;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The mean of the outputs of networks that were trained apart.</summary>
internal sealed class Ensemble : Network
{
    private readonly ModuleList<Network> members;

    private Ensemble(IEnumerable<Network> networks)
        : base(nameof(Ensemble))
    {
        members = new ModuleList<Network>(networks.ToArray());
        RegisterComponents();
    }

    /// <summary>The one network, or an ensemble of several.</summary>
    public static Network Of(IReadOnlyList<Network> networks) => networks.Count == 1 ? networks[0] : new Ensemble(networks);

    public override Tensor forward(InputBatch batch)
    {
        var outputs = members.Select(member => member.call(batch)).ToArray();
        return stack(outputs).mean([0]);
    }
}
