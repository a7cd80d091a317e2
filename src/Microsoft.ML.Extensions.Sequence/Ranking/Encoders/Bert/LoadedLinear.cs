using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><c>y = W x + b</c>; the weights are uninitialised until they are loaded.</summary>
internal sealed class LoadedLinear : nn.Module<Tensor, Tensor>, IWeightMatrices
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public LoadedLinear(long inputs, long outputs)
        : base(nameof(LoadedLinear))
    {
        NetworkMemory.Ask(outputs, inputs + 1);
        weight = new Parameter(empty(outputs, inputs));
        bias = new Parameter(empty(outputs));
        RegisterComponents();
    }

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(weight), weight)];

    public override Tensor forward(Tensor input) => nn.functional.linear(input, weight, bias);
}
