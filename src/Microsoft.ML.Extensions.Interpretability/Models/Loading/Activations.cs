using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Hugging Face's names of activations. https://github.com/huggingface/transformers (activations.py)</summary>
internal static class Activations
{
    private static readonly IReadOnlyDictionary<string, TransformerActivation> Names = new Dictionary<string, TransformerActivation>
    {
        ["relu"] = TransformerActivation.Relu,
        ["gelu"] = TransformerActivation.Gelu,
        ["gelu_python"] = TransformerActivation.Gelu,
        ["gelu_new"] = TransformerActivation.GeluTanh,
        ["gelu_fast"] = TransformerActivation.GeluTanh,
        ["gelu_accurate"] = TransformerActivation.GeluTanh,
        ["gelu_pytorch_tanh"] = TransformerActivation.GeluTanh,
        ["silu"] = TransformerActivation.Silu,
        ["swish"] = TransformerActivation.Silu,
    };

    public static TransformerActivation Read(JsonConfig json, string key, string otherwise) =>
        Names.TryGetValue(json.Text(key) ?? otherwise, out var found)
        ? found
        : throw json.Wrong(key, $"'{json.Text(key)}'; supported are {string.Join(", ", Names.Keys)}");
}
