namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The initialisation of a deep network; n is the number of inputs of a neuron.</summary>
public enum DeepInitialization
{
    /// <summary>
    /// Gaussian, at the critical point of the activation: signals and gradients keep their size through any number of layers.
    /// </summary>
    Critical,

    /// <summary>
    /// As TorchSharp's and PyTorch's nn.Linear: uniform within 1 / sqrt(n), biases too, which is C_W = 1/3 and critical for nothing.
    /// </summary>
    TorchDefault,

    /// <summary>Normal of variance 2 / n, biases 0 (He et al. 2015, arXiv 1502.01852): critical for ReLU alone.</summary>
    He,

    /// <summary>Normal of variance 1 / n, biases 0 (LeCun et al. 1998): critical for tanh and sine alone.</summary>
    LeCun,
}
