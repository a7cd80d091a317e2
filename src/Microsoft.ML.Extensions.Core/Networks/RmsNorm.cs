using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>Root-mean-square normalisation of each step's channels (Zhang and Sennrich 2019, arXiv 1910.07467): <c>g x / rms(x)</c>.</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    private readonly Parameter gain;

    public RmsNorm(long channels)
        : base(nameof(RmsNorm))
    {
        gain = Initial.Ones(channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input * (input.square().mean([-1], keepdim: true) + Epsilon).rsqrt() * gain;
}
