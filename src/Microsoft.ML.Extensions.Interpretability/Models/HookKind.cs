namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The activations of a transformer. B rows, T tokens, D the width of the residual stream, H heads, W a head's width.</summary>
public enum HookKind
{
    /// <summary>Embedded tokens, <c>[B, T, D]</c>.</summary>
    Embedding,

    /// <summary>Position embeddings, <c>[B, T, D]</c>.</summary>
    PositionEmbedding,

    /// <summary>The residual stream before a layer, <c>[B, T, D]</c>.</summary>
    ResidualPre,

    /// <summary>The input of each head's query, before normalisation, <c>[B, T, H, D]</c>.</summary>
    QueryInput,

    /// <summary>The input of each key, before normalisation, <c>[B, T, key/value heads, D]</c>.</summary>
    KeyInput,

    /// <summary>The input of each value, before normalisation, <c>[B, T, key/value heads, D]</c>.</summary>
    ValueInput,

    /// <summary>Queries before any rotation, <c>[B, T, H, W]</c>.</summary>
    Query,

    /// <summary>Keys before any rotation, <c>[B, T, key/value heads, W]</c>.</summary>
    Key,

    /// <summary>Values, <c>[B, T, key/value heads, W]</c>.</summary>
    Value,

    /// <summary>Scores divided by sqrt(W), minus infinity at masked keys, <c>[B, H, T (query), T (key)]</c>.</summary>
    AttentionScores,

    /// <summary>Softmax of the scores, <c>[B, H, T (query), T (key)]</c>.</summary>
    Pattern,

    /// <summary>Weighted values of each head, <c>[B, T, H, W]</c>.</summary>
    HeadOutput,

    /// <summary>
    /// The contribution of each head to the residual stream, <c>[B, T, H, D]</c>: its output times its part of W_O, without the bias b_O.
    /// </summary>
    HeadResult,

    /// <summary>The output of attention to the residual stream, including b_O, <c>[B, T, D]</c>.</summary>
    AttentionOutput,

    /// <summary>The residual stream between attention and MLP, <c>[B, T, D]</c>.</summary>
    ResidualMid,

    /// <summary>The input of the MLP, before normalisation, <c>[B, T, D]</c>; changing it does not change the residual stream.</summary>
    MlpInput,

    /// <summary>The input of the MLP's nonlinearity, <c>[B, T, d_mlp]</c>.</summary>
    MlpPre,

    /// <summary>The input of the MLP's output matrix, <c>[B, T, d_mlp]</c>.</summary>
    MlpPost,

    /// <summary>The output of the MLP to the residual stream, <c>[B, T, D]</c>.</summary>
    MlpOutput,

    /// <summary>The residual stream after a layer, <c>[B, T, D]</c>.</summary>
    ResidualPost,

    /// <summary>The input of the unembedding, <c>[B, T, D]</c>.</summary>
    FinalNorm,

    /// <summary>Logits of all positions, <c>[B, T, outputs]</c>.</summary>
    Logits,

    /// <summary>Logits at each row's last token, <c>[B, outputs]</c>; much cheaper than all for a large vocabulary.</summary>
    LastLogits,
}
