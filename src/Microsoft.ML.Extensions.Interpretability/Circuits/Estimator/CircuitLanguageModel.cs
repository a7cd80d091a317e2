using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The language model of a circuit, with its tokenizer and its folder.</summary>
/// <param name="Model">The model.</param>
/// <param name="Tokenizer">Reads texts; null where the data brings tokens.</param>
/// <param name="Folder">The folder from which <see cref="TransformerModel.Load"/> loads the model; null where it is not given.</param>
internal sealed record CircuitLanguageModel(TransformerModel Model, TransformerTokenizer? Tokenizer, string? Folder)
{
    /// <summary>Checks a row.</summary>
    /// <param name="tokens">The row.</param>
    /// <param name="error">Creates the exception for a message.</param>
    public void Check(int[] tokens, Func<string, Exception> error)
    {
        if (tokens.Length > Model.Config.Context)
        {
            throw error($"it has {tokens.Length} tokens and the language model's context is {Model.Config.Context}; shorten it.");
        }
        if (Array.FindIndex(tokens, token => token >= Model.Config.Vocabulary) is var wrong and >= 0)
        {
            throw error($"token {wrong} is {tokens[wrong]}; the language model has tokens 0 to {Model.Config.Vocabulary - 1}.");
        }
    }

    /// <summary>SHA-256 of a model's weights, by name, shape and value.</summary>
    public static byte[] Checksum(TransformerModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in model.WeightNames)
        {
            using var weight = model.Weight(name);
            using var plain = weight.to_type(ScalarType.Float32).cpu().contiguous();
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} [{string.Join(", ", weight.shape)}]"));
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(plain.AsSpan()));
        }
        return hash.GetHashAndReset();
    }
}
