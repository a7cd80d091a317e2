using Microsoft.ML.Extensions.Networks;

namespace Microsoft.ML.Extensions;

/// <summary>The trained parameters of a <see cref="NetworkTransformer"/>.</summary>
public sealed class NetworkModel
{
    private readonly Network _network;

    internal NetworkModel(string kind, Network network) => (Kind, _network) = (kind, network);

    /// <summary>The network's name, such as <c>ParaRnn</c>.</summary>
    public string Kind { get; }

    /// <summary>How many numbers were trained.</summary>
    public long ParameterCount => _network.parameters().Sum(parameter => parameter.numel());

    /// <summary>The names and shapes of the parameters, as in the model file's <c>weights.safetensors</c>.</summary>
    public IReadOnlyDictionary<string, long[]> ParameterShapes =>
        _network.named_parameters().ToDictionary(named => named.name, named => named.parameter.shape);

    internal Network Network => _network;
}
