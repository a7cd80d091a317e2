using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Makes models of descriptions and weights, and checks that they fit together.</summary>
internal static class ModelReader
{
    /// <summary>The AppContext switch with which libtorch scores every model, for comparison.</summary>
    public const string OptOut = "Microsoft.ML.Extensions.ScoreWithLibtorch";

    /// <summary>Reads a model that <see cref="NetworkTransformer"/> saved.</summary>
    /// <exception cref="FormatException">
    /// The entry is damaged, of an unknown kind, or newer than this code; or its description is invalid or does not fit its weights.
    /// </exception>
    public static NetworkTransformer Load(
        IHostEnvironment env, ModelLoadContext ctx, ModelKind file, IReadOnlyList<NetworkKind> kinds, IReadOnlyList<TaskKind> tasks)
    {
        var (description, weights) = ModelEntry.Load<ModelDescription>(ctx, file);
        var kind = kinds.FirstOrDefault(k => k.Name == description.Network)
            ?? throw new FormatException(
                $"The model has a network of kind '{description.Network}', which this version of the package does not know; update it.");
        var task = tasks.FirstOrDefault(t => t.Name == description.Head.Task)
            ?? throw new FormatException(
                $"The model has a task '{description.Head.Task}', which this version of the package does not know; update it.");
        var device = ModelDevice.Resolve(env.GpuDeviceId(), env.FallbackToCpu());
        try
        {
            if (task != kind.OnlyTask && (kind.OnlyTask is not null || kinds.Any(other => other.OnlyTask == task)))
            {
                throw new FormatException($"The task is '{task.Name}', which this network does not support.");
            }
            Check(kind, description, description.Options);
            var head = task.Restore(description.Head);
            head.CheckNames(description.Outputs);
            var expanded = QuantizedWeights.Expand(weights);
            return Build(kind, BaseOf(description, task, kinds), description, head, expanded, device, ReferenceEquals(expanded, weights) ? null : weights);
        }
        catch (Exception e) when (
            e is FormatException or JsonException or ArgumentException or InvalidOperationException or NotSupportedException
            or OverflowException or ExternalException)
        {
            throw new FormatException(
                $"The {kind.Name} network of the model file cannot be made: {e.Message} Save the model again, or take an undamaged copy.",
                e);
        }
    }

    /// <summary>A model of a description and weights.</summary>
    /// <param name="kind">The kind of network.</param>
    /// <param name="baseKind">The kind of its base; null where there is none.</param>
    /// <param name="description">The model without its weights.</param>
    /// <param name="head">The task.</param>
    /// <param name="weights">The weights as safetensors.</param>
    /// <param name="device">The device to score on.</param>
    /// <param name="packed">The weights as they are saved, where that is not their own precision.</param>
    public static NetworkTransformer Build(
        NetworkKind kind, NetworkKind? baseKind, ModelDescription description, TaskHead head, byte[] weights, ModelDevice device,
        byte[]? packed = null)
    {
        var managed = device.IsCpu ? Managed(kind, baseKind, description, head, weights) : null;
        Lazy<Network> network = managed is null
            ? new(Network(kind, baseKind, description, head, weights, device.Value))
            : new(() => Network(kind, baseKind, description, head, weights, device.Value));
        return new NetworkTransformer(kind, baseKind, description, head, weights, packed, managed, network, device);
    }

    /// <summary>The network of a description and weights, which is not trained any more.</summary>
    public static Network Network(
        NetworkKind kind, NetworkKind? baseKind, ModelDescription description, TaskHead head, byte[] weights, Device device) =>
        TorchMemory.Guard(() => $"Loading the {kind.Name} network", () =>
            NetworkTransformer.ForScoring(BuildUnguarded(kind, baseKind, description, head, weights, device)));

    /// <summary>The same as C# kernels; null where only libtorch can score it, or where an application wants libtorch to.</summary>
    /// <exception cref="FormatException">The weights do not fit.</exception>
    public static ManagedNetwork? Managed(
        NetworkKind kind, NetworkKind? baseKind, ModelDescription description, TaskHead head, byte[] weights, LaneKernels? kernels = null)
    {
        if (head.Rows is not { } rows || !kind.IsManaged || baseKind is { IsManaged: false } || IsOff)
        {
            return null;
        }
        try
        {
            return Managed(kind, baseKind, description, head, rows, new ManagedParts(new StoredWeights(weights), kernels ?? LaneKernels.Default));
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsOff => AppContext.TryGetSwitch(OptOut, out var off) && off;

    private static ManagedNetwork? Managed(
        NetworkKind kind, NetworkKind? baseKind, ModelDescription description, TaskHead head, IRowHead rows, ManagedParts parts)
    {
        var solved = baseKind?.CreateManaged(description.Base!.Options, description.Input, head.Outputs, rows, parts.At("base"));
        var count = description.Base is { HasNetworks: false } ? 0 : description.EnsembleSize;
        var isAlone = solved is null && count == 1;
        var members = new List<ManagedNetwork>();
        for (var member = 0; member < count; member++)
        {
            var own = isAlone ? parts : parts.At(string.Create(CultureInfo.InvariantCulture, $"members.{member}"));
            members.Add(head.CreateManaged(
                description.Input, own, (input, outputs, weights) => kind.CreateManaged(description.Options, input, outputs, rows, weights)));
        }
        parts.Weights.CheckTaken();
        return isAlone ? members[0] : new ManagedEnsemble(solved, members, rows, description.Base?.Weights);
    }

    private static Network BuildUnguarded(
        NetworkKind kind, NetworkKind? baseKind, ModelDescription description, TaskHead head, byte[] weights, Device device)
    {
        var shapes = Safetensors.Shapes(weights);
        var network = Untrained(kind, baseKind, description, head, shapes);
        try
        {
            var sized = network as ISizedByData;
            sized?.MakeRoom(shapes);
            Safetensors.Load(network, weights);
            sized?.CheckLoaded(description.Input, head.Outputs);
            network.to(device);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static Network Untrained(
        NetworkKind kind, NetworkKind? baseKind, ModelDescription description, TaskHead head, IReadOnlyDictionary<string, long[]> shapes)
    {
        using var generator = new Generator(0);
        using var memory = NetworkMemory.OfFile(shapes.Values.Sum(shape => shape.Aggregate(1L, (product, size) => product * size)));
        var members = new List<Network>();
        try
        {
            for (var member = 0; member < (description.Base is { HasNetworks: false } ? 0 : description.EnsembleSize); member++)
            {
                members.Add(head.CreateNetwork(
                    description.Input, (input, outputs) => kind.Create(description.Options, input, outputs, head, generator)));
            }
            return baseKind is null ? Ensemble.Of(members, head)
                : new BasedNetwork(baseKind.Create(description.Base!.Options, description.Input, head.Outputs, head, generator), members,
                    head, description.Base.Weights);
        }
        catch
        {
            members.ForEach(member => member.Dispose());
            throw;
        }
    }

    private static NetworkKind? BaseOf(ModelDescription description, TaskKind task, IReadOnlyList<NetworkKind> kinds)
    {
        if (description.Base is not { } solved)
        {
            return null;
        }
        var kind = kinds.FirstOrDefault(k => k.Name == solved.Network && k.IsBase)
            ?? throw new FormatException(
                $"It has a base of kind '{solved.Network}', which this version of the package does not know; update it.");
        if (!TaskKind.Common.Contains(task))
        {
            throw new FormatException($"The task is '{task.Name}', which cannot have a base.");
        }
        solved.Check();
        Check(kind, description, solved.Options);
        return kind;
    }

    private static void Check(NetworkKind kind, ModelDescription description, JsonElement options)
    {
        kind.Check(options);
        var input = description.Input;
        if ((input.Kind == InputKind.Tokens && !kind.TakesTokens) || (input.Steps == 0 && !kind.TakesUnequalRows))
        {
            throw new FormatException(
                $"Its column '{input.Name}' is of {input.Kind} of {input.Steps} steps, which this network cannot read.");
        }
    }
}
