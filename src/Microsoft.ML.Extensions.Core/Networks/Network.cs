using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// A network from rows of unequal length to outputs <c>[B, K]</c>; a row's outputs do not depend on its padding or its neighbours.
/// </summary>
/// <remarks>
/// What only some networks have is an interface of its own. <see cref="IConstrained"/>, <see cref="IRandomized"/>,
/// <see cref="IParameterRules"/> and <see cref="IWarningSource"/> are found in the tree of modules, so their parents need not forward them.
/// The others concern the network's rows and outputs, and are asked of the outermost network; a network that wraps another translates.
/// </remarks>
internal abstract class Network(string name) : nn.Module<InputBatch, Tensor>(name)
{
    /// <summary>Creates a network that belongs to no dispose scope, and frees temporary tensors.</summary>
    public static TNetwork Unscoped<TNetwork>(Func<TNetwork> make)
        where TNetwork : Network
    {
        using var scope = NewDisposeScope();
        var network = make();
        foreach (var value in network.state_dict().Values)
        {
            value.DetachFromDisposeScope();
        }
        return network;
    }

    /// <summary>The number of outputs of all matrices of a module together, for one step.</summary>
    /// <param name="module">The module.</param>
    /// <param name="pixels">
    /// The pixels of a frame. Convolutions have outputs at half of them on average, since pooling shrinks frames.
    /// </param>
    internal static long Widths(nn.Module module, long pixels = 1) => module.parameters().Where(parameter => parameter.dim() > 1)
        .Sum(parameter => parameter.shape[0] * (parameter.dim() == 4 ? Math.Max(1, pixels / 2) : 1));
}
