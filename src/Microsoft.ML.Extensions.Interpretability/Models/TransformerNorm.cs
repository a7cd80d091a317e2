namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The normalisation before attention, before the MLP and before the unembedding.</summary>
public enum TransformerNorm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Layer normalisation with weight and bias (Ba et al. 2016, arXiv 1607.06450).</summary>
    LayerNorm,

    /// <summary>Division by the root of the mean square, with weight (Zhang and Sennrich 2019, arXiv 1910.07467).</summary>
    RmsNorm,

    /// <summary>Layer normalisation whose weight and bias are folded into the matrices after it: centring and scaling only.</summary>
    LayerNormPre,

    /// <summary>RMS normalisation whose weight is folded into the matrices after it: scaling only.</summary>
    RmsNormPre,
}
