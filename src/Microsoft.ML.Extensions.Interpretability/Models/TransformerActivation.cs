namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The nonlinearity of the MLP.</summary>
public enum TransformerActivation
{
    /// <summary><c>max(x, 0)</c>.</summary>
    Relu,

    /// <summary><c>x Phi(x)</c>, Phi the normal distribution's function (Hendrycks and Gimpel 2016, arXiv 1606.08415).</summary>
    Gelu,

    /// <summary>The approximation of <see cref="Gelu"/> by tanh, with which GPT-2 was trained ("gelu_new").</summary>
    GeluTanh,

    /// <summary><c>x sigmoid(x)</c>.</summary>
    Silu,
}
