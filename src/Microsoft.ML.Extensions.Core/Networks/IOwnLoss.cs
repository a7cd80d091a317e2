using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The losses <c>[N]</c> of outputs <c>[N, K]</c> against labels <c>[N]</c>.</summary>
internal delegate Tensor OutputLoss(Tensor outputs, Tensor labels);

/// <summary>A network with a loss of its own, such as one that also depends on intermediate values.</summary>
internal interface IOwnLoss
{
    /// <summary>The loss of each row, <c>[B]</c>.</summary>
    Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss);

    /// <summary>The losses of any network: those of its outputs unless it has its own.</summary>
    static Tensor Of(Network network, InputBatch batch, Tensor labels, OutputLoss loss) =>
        network is IOwnLoss own ? own.Losses(batch, labels, loss) : loss(network.call(batch), labels);
}
