using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions;

/// <summary>The trained parameters of a <see cref="NetworkTransformer"/>.</summary>
public sealed class NetworkModel
{
    private readonly Shared<Network> _shared;
    private readonly ModelDescription _description;
    private readonly byte[]? _packed;

    internal NetworkModel(ModelDescription description, Shared<Network> shared, byte[]? packed) =>
        (Kind, _description, _shared, Base, _packed) =
            (description.Network, description, shared, description.Base is { } solved ? new ModelBase(solved) : null, packed);

    /// <summary>The network's name, such as <c>ParaRnn</c>.</summary>
    public string Kind { get; }

    /// <summary>The solved base, alone or corrected by the network; null where scores are the network's alone.</summary>
    public ModelBase? Base { get; }

    /// <summary>The number of trained parameters.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public long ParameterCount => Use(network => network.parameters().Sum(parameter => parameter.numel()));

    /// <summary>The names and shapes of the parameters, as in the model file's <c>weights.safetensors</c>.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public IReadOnlyDictionary<string, long[]> ParameterShapes =>
        Use(network => network.named_parameters().ToDictionary(named => named.name, named => named.parameter.shape));

    /// <summary>Counts the weights that are 0, by matrix and in all.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public SparsityReport MeasureSparsity() => Use(network => SparsityReport.Of(network, _description, _packed));

    internal Network Network => _shared.Value;

    private TResult Use<TResult>(Func<Network, TResult> work)
    {
        using var lease = _shared.Rent();
        return lease.Use(work);
    }
}
