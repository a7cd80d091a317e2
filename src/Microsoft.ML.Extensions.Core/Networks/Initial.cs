using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>Initial values of parameters, drawn from a given generator.</summary>
internal static class Initial
{
    /// <summary>
    /// Uniform in plus or minus <c>sqrt(3 / fanIn)</c> (He et al. 2015, without the gain): keeps the variance of a linear layer's input.
    /// </summary>
    public static Parameter Uniform(long fanIn, Generator generator, params long[] shape)
    {
        NetworkMemory.Ask(shape);
        var bound = Math.Sqrt(3.0 / fanIn);
        return new Parameter(TorchMemory.Uniform(shape, generator).Scaled(2 * bound).Minus(bound));
    }

    public static Parameter Normal(double deviation, Generator generator, params long[] shape)
    {
        NetworkMemory.Ask(shape);
        return new Parameter(randn(shape, generator: generator).Scaled(deviation));
    }

    public static Parameter Zeros(params long[] shape)
    {
        NetworkMemory.Ask(shape);
        return new Parameter(zeros(shape));
    }

    public static Parameter Ones(params long[] shape)
    {
        NetworkMemory.Ask(shape);
        return new Parameter(ones(shape));
    }

    /// <summary>
    /// A layer norm whose parameters belong to the current dispose scope, as all other parameters do; those of TorchSharp's layer norm
    /// belong to none.
    /// </summary>
    public static LayerNorm Norm(long width)
    {
        NetworkMemory.Ask(2, width);
        var norm = nn.LayerNorm(width);
        using var scope = NewDisposeScope();
        foreach (var parameter in norm.parameters())
        {
            scope.Attach(parameter);
            parameter.MoveToOuterDisposeScope();
        }
        return norm;
    }
}
