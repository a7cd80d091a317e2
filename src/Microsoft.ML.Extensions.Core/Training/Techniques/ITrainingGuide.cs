using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>
/// What can guide the training of a network (<see cref="GuidanceOptions.Guide"/>): a <see cref="NetworkTransformer"/>, or a trainer that
/// learns epoch by epoch, whose network then guides with its first weights.
/// </summary>
public interface ITrainingGuide
{
    /// <summary>The bytes of its weights that exist before it is opened.</summary>
    internal long Bytes => 0;

    /// <summary>What tells it from other guides.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal string Fingerprint();

    /// <summary>The network, for one run.</summary>
    /// <exception cref="InvalidOperationException">It cannot read the rows of this training, or takes too much memory.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal GuideNetwork Open(GuideRequest request);
}

/// <summary>What a guide has to fit.</summary>
/// <param name="Input">The column that the network in training reads.</param>
/// <param name="Head">Its task.</param>
/// <param name="Channels">Statistics of the training rows.</param>
/// <param name="Seed">The seed of an untrained guide.</param>
/// <param name="Device">The device of an untrained guide.</param>
/// <param name="Memory">The bytes that an untrained guide may take.</param>
/// <param name="CheckAlive">Throws when the fit was cancelled.</param>
/// <param name="Option">The option that it is, for messages.</param>
internal sealed record GuideRequest(
    InputColumn Input, TaskHead Head, ChannelStatistics Channels, int Seed, Device Device, long Memory, Action CheckAlive,
        string Option = "Training.Guidance.Guide")
{
    /// <summary>Limits the weights of the guide that is created next.</summary>
    public NetworkMemory LimitMemory() => NetworkMemory.OfGuide(Memory, CheckAlive);

    /// <summary>The column as a network reads it: one that reads rows of one length has statistics of each number of a row.</summary>
    /// <param name="takesUnequalRows">Whether the network reads rows that differ in length.</param>
    public (InputColumn Input, ChannelStatistics Channels) For(bool takesUnequalRows)
    {
        var input = Input with { IsFixed = !takesUnequalRows };
        return (input, input.IsFixed == Input.IsFixed || Channels.Channels == 0 ? Channels
            : input.IsFixed ? Channels.OfRows(input.Steps) : Channels.OfSteps(input.Channels));
    }

    /// <summary>Checks that a trained guide reads such rows.</summary>
    /// <param name="input">The column that it was trained on.</param>
    /// <param name="kind">The name of its network.</param>
    /// <param name="packed">Whether it reads a form of the rows that only its own trainer makes.</param>
    public void Check(InputColumn input, string kind, bool packed)
    {
        if (packed)
        {
            throw Unfit($"a {kind} network reads rows that its own trainer makes");
        }
        if (input.Kind != Input.Kind)
        {
            throw Unfit($"it was trained on {Describe(input)}");
        }
        if (input.Channels != Input.Channels || input.Frame != Input.Frame || input.Cardinality != Input.Cardinality
            || (input.IsFixed && input.Steps != Input.Steps))
        {
            throw Unfit($"it was trained on {Describe(input)}");
        }
    }

    /// <summary>Checks that the network of a trainer can read such rows.</summary>
    /// <param name="kind">The name of its network.</param>
    /// <param name="packed">Whether it reads a form of the rows, or has a task, that no other trainer has.</param>
    /// <param name="takesTokens">Whether it reads keys.</param>
    /// <param name="takesUnequalRows">Whether rows may differ in length.</param>
    public void Check(string kind, bool packed, bool takesTokens, bool takesUnequalRows)
    {
        if (packed)
        {
            throw Unfit($"the network of {kind} has a task or reads rows that only its own trainer has; train it, and take the model");
        }
        if (Input.Kind == InputKind.Tokens && !takesTokens)
        {
            throw Unfit($"the network of {kind} reads no keys");
        }
        if (Input.Steps == 0 && !takesUnequalRows)
        {
            throw Unfit($"the network of {kind} reads rows of one length");
        }
    }

    private InvalidOperationException Unfit(string why) => new(
        $"{Option} cannot read column '{Input.Name}', which is of {Describe(Input)}: {why}. Take one for the same feature column.");

    private static string Describe(InputColumn column) => FormattableString.Invariant(
        $"{(column.Kind == InputKind.Tokens ? $"keys 1 to {column.Cardinality}" : column.Frame is { } frame ? $"images of {frame}" : $"{column.Channels} channels")}{(column.IsFixed ? $" and {column.Steps} steps" : "")}");
}

/// <summary>A guide in use: a network in evaluation mode that nothing changes.</summary>
/// <param name="network">The network.</param>
/// <param name="device">Its device.</param>
/// <param name="owner">What to dispose when it is no longer used.</param>
internal sealed class GuideNetwork(Network network, Device device, IDisposable owner) : IDisposable
{
    /// <summary>Its layers.</summary>
    public IReadOnlyList<NetworkLayer> Layers { get; } = NetworkLayer.Of(network);

    /// <summary>What is kept of the activations of layers, without gradients, on the batch's device.</summary>
    public Tensor[] Take(IReadOnlyList<NetworkLayer> layers, InputBatch batch, Func<string, Tensor, Tensor> keep)
    {
        using var _ = no_grad();
        var target = batch.Values.device;
        return NetworkLayer.Take(layers, new InputBatch(batch.Values.to(device), batch.Lengths), (layer, rows) => keep(layer, rows.to(target)));
    }

    public void Dispose() => owner.Dispose();
}
