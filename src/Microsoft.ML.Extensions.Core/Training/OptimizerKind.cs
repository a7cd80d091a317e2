namespace Microsoft.ML.Extensions;

/// <summary>The rule that turns gradients into weight changes.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101).</summary>
    AdamW,

    /// <summary>Adam (Kingma and Ba, arXiv 1412.6980), weight decay as part of the gradient.</summary>
    Adam,

    /// <summary>Gradient descent with momentum 0.9.</summary>
    Momentum,

    /// <summary>Plain gradient descent.</summary>
    Sgd,
}
