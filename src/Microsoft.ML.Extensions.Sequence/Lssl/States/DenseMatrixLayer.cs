using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A random state matrix; either all or none of its entries are learned.</summary>
internal sealed class DenseMatrixLayer : StateMatrixLayer
{
    private readonly Tensor entries;

    public DenseMatrixLayer(LsslOptions options, Generator generator)
        : base(nameof(DenseMatrixLayer))
    {
        var size = options.StateSize;
        NetworkMemory.Ask(size, size);
        var normal = randn([size, size], generator: generator).data<float>().ToArray();
        var stable = new double[size, size];
        for (var n = 0; n < normal.Length; n++)
        {
            stable[n / size, n % size] = normal[n];
        }
        var drawn = tensor(RandomStates.Stable(stable).Cast<double>().Select(value => (float)value).ToArray()).view(size, size);
        entries = this.Hold(nameof(entries), drawn, options.Learn.Learns(LsslLearning.StateMatrix));
        RegisterComponents();
    }

    public override Tensor Dense() => entries.alias();
}
