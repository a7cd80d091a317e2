using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The cosine of two vectors times a learned factor.</summary>
internal sealed class CosineScore : nn.Module<Tensor, Tensor, Tensor>
{
    private const double FirstFactor = 10;

    private readonly Parameter factor;

    public CosineScore()
        : base(nameof(CosineScore))
    {
        factor = new Parameter(Initial.Ones(1).detach().Scaled(FirstFactor));
        RegisterComponents();
    }

    /// <summary>The factor.</summary>
    public Tensor Factor => factor;

    public override Tensor forward(Tensor left, Tensor right) => (PairBatch.Unit(left) * PairBatch.Unit(right)).sum(-1) * factor;
}
