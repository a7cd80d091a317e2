using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The stored weights of one layer, as <c>[outputs, inputs]</c>.</summary>
internal sealed class TransformerLayerWeights(TransformerWeights all, int layer, TransformerConfig config)
{
    public Projection Query { get; } = new(Of(all, layer, "attn.W_Q")!, Of(all, layer, "attn.b_Q")!, config.Heads);

    public Projection Key { get; } = new(Of(all, layer, "attn.W_K")!, Of(all, layer, "attn.b_K")!, config.KeyHeads);

    public Projection Value { get; } = new(Of(all, layer, "attn.W_V")!, Of(all, layer, "attn.b_V")!, config.KeyHeads);

    /// <summary><c>[D, heads * W]</c>.</summary>
    public Tensor Output { get; } = Of(all, layer, "attn.W_O")!;

    public Tensor OutputBias { get; } = Of(all, layer, "attn.b_O")!;

    public Tensor? Norm1Weight { get; } = Of(all, layer, "ln1.w");

    public Tensor? Norm1Bias { get; } = Of(all, layer, "ln1.b");

    public Tensor? Norm2Weight { get; } = Of(all, layer, "ln2.w");

    public Tensor? Norm2Bias { get; } = Of(all, layer, "ln2.b");

    public Tensor? MlpGate { get; } = Of(all, layer, "mlp.W_gate");

    public Tensor? MlpIn { get; } = Of(all, layer, "mlp.W_in");

    public Tensor? MlpInBias { get; } = Of(all, layer, "mlp.b_in");

    public Tensor? MlpOut { get; } = Of(all, layer, "mlp.W_out");

    public Tensor? MlpOutBias { get; } = Of(all, layer, "mlp.b_out");

    private static Tensor? Of(TransformerWeights all, int layer, string name) => all.Find(TransformerWeights.InLayer(layer, name));

    /// <summary>From the residual stream to heads.</summary>
    /// <param name="Weight"><c>[heads * W, D]</c>.</param>
    /// <param name="Bias"><c>[heads * W]</c>.</param>
    /// <param name="Heads">Their number.</param>
    internal sealed record Projection(Tensor Weight, Tensor Bias, int Heads);
}
