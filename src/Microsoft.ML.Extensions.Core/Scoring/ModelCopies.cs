using System.Text.Json;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Makes models from a model: each has a copy of the weights, or other ones, and is disposed by itself.</summary>
/// <param name="parts">The model without its weights.</param>
/// <param name="weights">Its weights as safetensors.</param>
/// <param name="rent">A lease of its network.</param>
/// <param name="packed">Its weights as they are saved, where that is not their own precision.</param>
internal sealed class ModelCopies(ModelParts parts, Func<byte[]> weights, Func<Lease<Network>> rent, byte[]? packed)
{
    /// <summary>With options that change neither names nor shapes of the weights.</summary>
    public NetworkTransformer WithOptions(JsonElement options) =>
        Build(parts.Description with { Options = options }, weights());

    /// <summary>One that scores by these kernels; null for libtorch.</summary>
    public NetworkTransformer WithKernels(LaneKernels? kernels)
    {
        var own = weights();
        var (kind, baseKind, description, head, device) = parts;
        return new NetworkTransformer(
            kind, baseKind, description, head, own, packed,
            kernels is null ? null : ModelReader.Managed(kind, baseKind, description, head, own, kernels),
            new Lazy<Network>(() => ModelReader.Network(kind, baseKind, description, head, own, device.Value)), device);
    }

    /// <summary>With rounded weights.</summary>
    public NetworkTransformer Quantized()
    {
        using var lease = rent();
        var rounded = lease.Use(QuantizedWeights.Of);
        return Build(parts.Description, QuantizedWeights.Expand(rounded), rounded);
    }

    /// <summary>One whose smallest weights are 0, or that has fewer neurons.</summary>
    public NetworkTransformer Pruned(PruningOptions options)
    {
        if (options.Structure == SparsityStructure.Neurons)
        {
            using var lease = rent();
            return lease.Use(network => FewerNeurons.Of(
                network, parts.Kind, parts.BaseKind, parts.Description, options.Density, (description, own) => Build(description, own)));
        }
        return WithoutWeights(options, (_, sparse) => sparse.Scores(parameter => parameter));
    }

    /// <summary>One in which the weights that matter least for rows are 0.</summary>
    public NetworkTransformer Pruned(WandaOptions options, IDataView data) => WithoutWeights(options, (network, sparse) =>
    {
        var input = parts.Kind.InputOf(parts.Description);
        using var inputs = MatrixInputs.Read(network, input.Bind(data.Schema), data, parts.Description, parts.Device.Value, options.Rows);
        return sparse.Scores(parameter => parameter * inputs.NormsOf(parameter, sparse.Matrices));
    });

    /// <summary>A trainer of such networks with other options; null where options and a task are not enough to create one.</summary>
    public ITrainerEstimator<NetworkTransformer, NetworkModel>? Trainer(IHostEnvironment env, object options) =>
        parts.Head.Task is { } task ? parts.Kind.Trainer(env, task, options) : null;

    /// <summary>The parameters of one untrained network with other options, and the multiplications of its matrices for a row.</summary>
    public (long Parameters, long Products) Size(object options)
    {
        var json = JsonSerializer.SerializeToElement(options, options.GetType(), ModelEntry.Json);
        var own = parts.Description.Input;
        using var scope = NewDisposeScope();
        using var generator = new Generator(0);
        var head = parts.Head.ForOptions(options);
        using var network = head.CreateNetwork(own, (input, outputs) => parts.Kind.Create(json, input, outputs, head, generator));
        return (network.parameters().Sum(parameter => parameter.numel()), IMatrixWork.Of(network, Math.Max(1, own.Steps)));
    }

    // Only the weights with the best scores are not 0.
    private NetworkTransformer WithoutWeights(PruningOptions options, Func<Network, SparseNetwork, IReadOnlyList<float[]>> score)
    {
        var (kind, baseKind, description, head, device) = parts;
        using var pruned = ModelReader.Network(kind, baseKind, description, head, weights(), device.Value);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var sparse = new SparseNetwork(pruned, options, learns: false);
        sparse.Live = sparse.Best(score(pruned, sparse), final => final);
        sparse.Apply(null);
        return Build(description, Safetensors.Save(pruned));
    }

    private NetworkTransformer Build(ModelDescription description, byte[] own, byte[]? rounded = null) =>
        ModelReader.Build(parts.Kind, parts.BaseKind, description, parts.Head, own, parts.Device, rounded);
}

/// <summary>A model without its weights.</summary>
/// <param name="Kind">The kind of network.</param>
/// <param name="BaseKind">The kind of its base; null where there is none.</param>
/// <param name="Description">Options, columns and task.</param>
/// <param name="Head">The task.</param>
/// <param name="Device">The network's device.</param>
internal sealed record ModelParts(NetworkKind Kind, NetworkKind? BaseKind, ModelDescription Description, TaskHead Head, ModelDevice Device);
