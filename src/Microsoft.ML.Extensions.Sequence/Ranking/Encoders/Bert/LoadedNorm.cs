using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Layer norm (Ba et al. 2016, arXiv 1607.06450) with loaded weights.</summary>
internal sealed class LoadedNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly double _epsilon;

    public LoadedNorm(long width, double epsilon)
        : base(nameof(LoadedNorm))
    {
        NetworkMemory.Ask(2, width);
        weight = new Parameter(empty(width));
        bias = new Parameter(empty(width));
        _epsilon = epsilon;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => nn.functional.layer_norm(input, [weight.shape[0]], weight, bias, _epsilon);
}
