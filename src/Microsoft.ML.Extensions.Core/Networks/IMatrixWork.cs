namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network that counts the multiplications of its matrices.</summary>
internal interface IMatrixWork
{
    /// <summary>The multiplications of weights with numbers for one row of this many steps.</summary>
    long Products(long steps);

    /// <summary>
    /// Those of any network: its own count, the sum of its parts, or each weight of a matrix once a step. What has no weights, such as
    /// attention or a Fourier transform, does not count.
    /// </summary>
    static long Of(Network network, long steps) => network switch
    {
        IMatrixWork own => own.Products(steps),
        IComposed composed => composed.Networks.Sum(part => Of(part.Network, steps)),
        _ => WeightsOf(network) * steps,
    };

    /// <summary>The weights of all matrices of a module.</summary>
    static long WeightsOf(TorchSharp.torch.nn.Module module) =>
        module.parameters().Where(parameter => parameter.dim() > 1).Sum(parameter => parameter.numel());
}
