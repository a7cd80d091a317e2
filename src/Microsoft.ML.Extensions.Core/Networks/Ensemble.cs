using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>Averages several outputs <c>[B, K]</c> of the same rows; the task defines in which quantity.</summary>
internal interface IOutputMean
{
    /// <summary>The mean.</summary>
    Tensor Mean(IEnumerable<Tensor> outputs);

    /// <summary>The same in ONNX.</summary>
    OnnxValue Mean(OnnxGraph graph, IReadOnlyList<OnnxValue> outputs);
}

/// <summary>Networks that were trained independently. Their probabilities are averaged for classes, their outputs for numbers.</summary>
/// <remarks>
/// Lakshminarayanan, Pritzel, Blundell 2017, arXiv 1612.01474, section 2.4. The mean of logits is another distribution, in which one
/// network that is certain of a class outvotes four that are not.
/// </remarks>
internal sealed class Ensemble : Network, IBounded, IComposed, IOnnxForm, IRowMemory, IStreamable
{
    private readonly ModuleList<Network> members;
    private readonly IOutputMean _mean;
    private readonly string[] _names;

    private Ensemble(IEnumerable<Network> networks, IOutputMean mean)
        : base(nameof(Ensemble))
    {
        _mean = mean;
        members = new ModuleList<Network>(networks.ToArray());
        _names = StreamNames.Of(nameof(members), members.Count);
        RegisterComponents();
    }

    /// <summary>The one network, or an ensemble of several.</summary>
    /// <param name="networks">The networks, at least one.</param>
    /// <param name="mean">Averages their outputs.</param>
    public static Network Of(IReadOnlyList<Network> networks, IOutputMean mean) =>
        networks.Count == 1 ? networks[0] : new Ensemble(networks, mean);

    public IEnumerable<(string Name, Network Network)> Networks => _names.Zip(members);

    public string? StreamingObstacle => IStreamable.Of(members[0]).StreamingObstacle;

    public InputRange? Range =>
        members.Select(IBounded.RangeOf).Aggregate((one, other) => one is null || other is null ? null : one.And(other));

    public long RowBytes(long steps) => members.Max(member => IRowMemory.BytesOf(member, steps));

    public override Tensor forward(InputBatch batch) => _mean.Mean(members.Select(member => member.call(batch)));

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) =>
        _mean.Mean(graph, [.. members.Select(member => IOnnxForm.Of(member).ToOnnx(graph, input))]);

    public Tensor Advance(InputBatch batch, StreamState state) =>
        _mean.Mean(members.Select((member, index) => IStreamable.Of(member).Advance(batch, state.At(_names[index]))));
}
