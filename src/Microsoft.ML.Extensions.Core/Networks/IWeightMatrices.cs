using TorchSharp.Modules;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// A module that names its matrices of connections, which can be sparse; found anywhere in a network. Biases, norms, tables, gates of
/// channels and solved parts are none.
/// </summary>
internal interface IWeightMatrices
{
    /// <summary>The matrices among the module's own parameters.</summary>
    IEnumerable<WeightMatrix> WeightMatrices { get; }

    /// <summary>The matrices of a network in the order of its modules, by their names in the network.</summary>
    static IReadOnlyList<(string Name, Parameter Parameter, WeightMatrix Matrix)> Of(Network network)
    {
        var parameters = network.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        return [.. ModuleTree.Parts<IWeightMatrices>(network)
            .SelectMany(part => part.Part.WeightMatrices.Select(matrix => (Name: part.Prefix + matrix.Name, Matrix: matrix)))
            .Select(pair => (pair.Name, parameters[pair.Name], pair.Matrix))
            .DistinctBy(found => found.Name)];
    }
}
