using Microsoft.ML.Extensions.Columns;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The mean of the outputs of networks that were trained apart.</summary>
internal sealed class Ensemble : Network
{
    private readonly ModuleList<Network> members;
    private readonly string[] _names;

    private Ensemble(IEnumerable<Network> networks)
        : base(nameof(Ensemble))
    {
        members = new ModuleList<Network>(networks.ToArray());
        _names = StreamNames.Of(nameof(members), members.Count);
        RegisterComponents();
    }

    /// <summary>The one network, or an ensemble of several.</summary>
    public static Network Of(IReadOnlyList<Network> networks) => networks.Count == 1 ? networks[0] : new Ensemble(networks);

    public override string? StreamingObstacle => members[0].StreamingObstacle;

    public override Tensor forward(InputBatch batch) => Mean(members.Select(member => member.call(batch)));

    public override Tensor Advance(InputBatch batch, StreamState state) =>
        Mean(members.Select((member, index) => member.Advance(batch, state.At(_names[index]))));

    private static Tensor Mean(IEnumerable<Tensor> outputs) => stack(outputs.ToArray()).mean([0]);
}
