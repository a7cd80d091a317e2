using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network from rows of unequal length to outputs <c>[B, K]</c>; a row's outputs do not depend on its padding or its neighbours.</summary>
/// <remarks>
/// What only some networks have is an interface of its own. <see cref="IConstrained"/>, <see cref="IRandomized"/>, <see cref="IParameterRules"/> and
/// <see cref="IWarningSource"/> are found in the tree of modules, so that what is around one of them need not know. The others speak of the network's
/// rows and outputs, and are asked of the outermost network: one around another translates.
/// </remarks>
internal abstract class Network(string name) : nn.Module<InputBatch, Tensor>(name)
{
    /// <summary>A network that belongs to no dispose scope; what its making needed beside its weights is freed.</summary>
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

    /// <summary>The outputs of all matrices of a module together: what it computes of a step.</summary>
    /// <param name="module">The module.</param>
    /// <param name="pixels">The places at which convolutions over frames give their outputs; half of them on the mean, since frames shrink on the way.</param>
    protected static long Widths(nn.Module module, long pixels = 1) => module.parameters().Where(parameter => parameter.dim() > 1)
        .Sum(parameter => parameter.shape[0] * (parameter.dim() == 4 ? Math.Max(1, pixels / 2) : 1));
}
