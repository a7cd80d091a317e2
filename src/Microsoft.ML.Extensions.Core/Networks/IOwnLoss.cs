using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The loss of outputs <c>[N, K]</c> against labels <c>[N]</c>: a number each, <c>[N]</c>.</summary>
internal delegate Tensor OutputLoss(Tensor outputs, Tensor labels);

/// <summary>A network that learns from something on the way to its outputs as well.</summary>
internal interface IOwnLoss
{
    /// <summary>The loss of each row, <c>[B]</c>.</summary>
    Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss);

    /// <summary>That of any network: of the outputs, unless it has its own.</summary>
    static Tensor Of(Network network, InputBatch batch, Tensor labels, OutputLoss loss) =>
        network is IOwnLoss own ? own.Losses(batch, labels, loss) : loss(network.call(batch), labels);
}
