namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The activations of a transformer. B rows, T tokens, D the width of the residual stream, H heads, W a head's width.</summary>
public enum HookKind
{
    /// <summary>Embedded tokens, <c>[B, T, D]</c>.</summary>
    Embedding,

    /// <summary>Vectors of the places, <c>[B, T, D]</c>.</summary>
    PositionEmbedding,

    /// <summary>The residual stream before a layer, <c>[B, T, D]</c>.</summary>
    ResidualPre,

    /// <summary>What each head's query is made of, before normalisation, <c>[B, T, H, D]</c>.</summary>
    QueryInput,

    /// <summary>What each key is made of, before normalisation, <c>[B, T, key/value heads, D]</c>.</summary>
    KeyInput,

    /// <summary>What each value is made of, before normalisation, <c>[B, T, key/value heads, D]</c>.</summary>
    ValueInput,

    /// <summary>Queries before any rotation, <c>[B, T, H, W]</c>.</summary>
    Query,

    /// <summary>Keys before any rotation, <c>[B, T, key/value heads, W]</c>.</summary>
    Key,

    /// <summary>Values, <c>[B, T, key/value heads, W]</c>.</summary>
    Value,

    /// <summary>Scores over sqrt(W), minus infinity where a query may not look, <c>[B, H, T (query), T (key)]</c>.</summary>
    AttentionScores,

    /// <summary>Softmax of the scores, <c>[B, H, T (query), T (key)]</c>.</summary>
    Pattern,

    /// <summary>Weighted values of each head, <c>[B, T, H, W]</c>.</summary>
    HeadOutput,

    /// <summary>What each head adds to the residual stream, <c>[B, T, H, D]</c>: its output times its part of W_O, without the bias b_O.</summary>
    HeadResult,

    /// <summary>What attention adds to the residual stream, b_O included, <c>[B, T, D]</c>.</summary>
    AttentionOutput,

    /// <summary>The residual stream between attention and MLP, <c>[B, T, D]</c>.</summary>
    ResidualMid,

    /// <summary>What the MLP is given, before normalisation, <c>[B, T, D]</c>; the residual stream itself goes on beside it.</summary>
    MlpInput,

    /// <summary>What the MLP's nonlinearity is given, <c>[B, T, d_mlp]</c>.</summary>
    MlpPre,

    /// <summary>What the MLP's output matrix is given, <c>[B, T, d_mlp]</c>.</summary>
    MlpPost,

    /// <summary>What the MLP adds to the residual stream, <c>[B, T, D]</c>.</summary>
    MlpOutput,

    /// <summary>The residual stream after a layer, <c>[B, T, D]</c>.</summary>
    ResidualPost,

    /// <summary>What the unembedding is given, <c>[B, T, D]</c>.</summary>
    FinalNorm,

    /// <summary>Logits of all positions, <c>[B, T, outputs]</c>.</summary>
    Logits,

    /// <summary>Logits at each row's last token, <c>[B, outputs]</c>; much cheaper than all for a large vocabulary.</summary>
    LastLogits,
}
