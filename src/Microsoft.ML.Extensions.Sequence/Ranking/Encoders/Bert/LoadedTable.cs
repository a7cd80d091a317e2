using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>An embedding with loaded weights.</summary>
internal sealed class LoadedTable : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;

    public LoadedTable(long rows, long width)
        : base(nameof(LoadedTable))
    {
        NetworkMemory.Ask(rows, width);
        weight = new Parameter(empty(rows, width));
        RegisterComponents();
    }

    /// <summary>The first rows of the table.</summary>
    public Tensor First(long rows) => weight.narrow(0, 0, rows);

    public override Tensor forward(Tensor ids) => weight.index_select(0, ids.flatten()).unflatten(0, ids.shape);
}
