namespace Microsoft.ML.Extensions.Onnx;

/// <summary>A network or layer that can be written as ONNX operators, for scoring. The file's rows are of one length, so there is no padding.</summary>
internal interface IOnnxForm
{
    /// <summary>Writes the forward pass.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">
    /// The input: of a network numbers <c>[N, T, C]</c> or tokens <c>[N, T]</c>, of a layer what its forward pass reads, time after rows.
    /// </param>
    /// <returns>The output.</returns>
    OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input);

    /// <summary>The form of a network.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    static IOnnxForm Of(TorchSharp.torch.nn.Module network) => network as IOnnxForm
        ?? throw new NotSupportedException($"its network, a {network.GetName()}, has no ONNX form");
}
