using Microsoft.ML.Extensions.Pretrained;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Hugging Face's layout of BERT: the tensors of a file for each weight.</summary>
/// <remarks>
/// Names may begin with <c>bert.</c> or the prefix of a wrapper; weights of norms may be called <c>gamma</c> and <c>beta</c>, as in files
/// converted from TensorFlow.
/// </remarks>
internal static class BertWeights
{
    private const string First = "embeddings.word_embeddings.weight";

    // Heads for other tasks, and values that follow from the shape.
    private static readonly string[] Heads = ["cls.", "pooler.", "classifier.", "qa_outputs.", "embeddings.position_ids",
        "embeddings.token_type_ids"];

    /// <summary>A network with the weights of a folder, on the CPU and in no dispose scope.</summary>
    /// <exception cref="FormatException">Tensors are missing, unknown, of another shape, or not finite; each is named.</exception>
    /// <exception cref="FileNotFoundException">The folder has no weights.</exception>
    public static BertNetwork Load(BertConfig config, string folder)
    {
        using var files = TensorFiles.OfFolder(folder);
        var stored = Names(files);
        var rules = Rules(config).ToArray();
        WeightCheck.Check(
            rules.SelectMany(rule => rule.Sources.Select(source => new WantedWeight(source, rule.Shape))),
            stored.ToDictionary(pair => pair.Key, pair => files.Shapes[pair.Value]), files.Description);
        var network = BertNetwork.Unscoped(config);
        try
        {
            Fill(network, rules, name => files.ReadWeight(stored[name]));
        }
        catch
        {
            network.Dispose();
            throw;
        }
        return network;
    }

    // From the names of this layout to those in the file.
    private static Dictionary<string, string> Names(TensorFiles files)
    {
        var prefix = TensorNames.Before(files.Shapes.Keys, First) ?? "";
        var names = new Dictionary<string, string>();
        foreach (var stored in files.Shapes.Keys)
        {
            var name = (stored.StartsWith(prefix, StringComparison.Ordinal) ? stored[prefix.Length..] : stored)
                .Replace("LayerNorm.gamma", "LayerNorm.weight", StringComparison.Ordinal)
                    .Replace("LayerNorm.beta", "LayerNorm.bias", StringComparison.Ordinal);
            if (Array.Exists(Heads, head => name.StartsWith(head, StringComparison.Ordinal)))
            {
                continue;
            }
            if (!names.TryAdd(name, stored))
            {
                throw new FormatException($"'{files.Description}' has '{names[name]}' and '{stored}', which are two names of one tensor.");
            }
        }
        return names;
    }

    private static void Fill(BertNetwork network, IEnumerable<Rule> rules, Func<string, Tensor> read)
    {
        var state = network.state_dict();
        using var grad = no_grad();
        foreach (var rule in rules)
        {
            using var scope = NewDisposeScope();
            var rows = state[rule.Name].shape[0] / rule.Sources.Length;
            for (var part = 0; part < rule.Sources.Length; part++)
            {
                state[rule.Name].narrow(0, part * rows, rows).copy_(Single(rule.Sources[part], read));
            }
        }
    }

    private static Tensor Single(string name, Func<string, Tensor> read)
    {
        var tensor = read(name).to_type(ScalarType.Float32);
        return tensor.isfinite().all().bytes[0] != 0 ? tensor
            : throw new FormatException($"Tensor '{name}' holds numbers beyond the range of Single; provide the weights as F32.");
    }

    private static IEnumerable<Rule> Rules(BertConfig config)
    {
        long width = config.Width, inner = config.InnerWidth;
        yield return new("words.weight", [config.Vocabulary, width], First);
        yield return new("positions.weight", [config.Positions, width], "embeddings.position_embeddings.weight");
        yield return new("segments.weight", [config.Segments, width], "embeddings.token_type_embeddings.weight");
        foreach (var rule in Pair("norm", "embeddings.LayerNorm", [width], [width]))
        {
            yield return rule;
        }
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var (own, stored) = ($"layers.{layer}.", $"encoder.layer.{layer}.");
            string[] attention = [$"{stored}attention.self.query", $"{stored}attention.self.key", $"{stored}attention.self.value"];
            Rule[] rules =
            [
                new($"{own}projections.weight", [width, width], [.. attention.Select(name => $"{name}.weight")]),
                new($"{own}projections.bias", [width], [.. attention.Select(name => $"{name}.bias")]),
                .. Pair($"{own}attended", $"{stored}attention.output.dense", [width, width], [width]),
                .. Pair($"{own}attendedNorm", $"{stored}attention.output.LayerNorm", [width], [width]),
                .. Pair($"{own}inner", $"{stored}intermediate.dense", [inner, width], [inner]),
                .. Pair($"{own}outer", $"{stored}output.dense", [width, inner], [width]),
                .. Pair($"{own}outerNorm", $"{stored}output.LayerNorm", [width], [width]),
            ];
            foreach (var rule in rules)
            {
                yield return rule;
            }
        }
    }

    private static Rule[] Pair(string own, string stored, long[] weight, long[] bias) =>
        [new($"{own}.weight", weight, $"{stored}.weight"), new($"{own}.bias", bias, $"{stored}.bias")];

    /// <param name="Name">The weight's name in the network.</param>
    /// <param name="Shape">The shape of each of its source tensors.</param>
    /// <param name="Sources">The names of the source tensors in the file, which are concatenated along the first dimension.</param>
    private sealed record Rule(string Name, long[] Shape, params string[] Sources);
}
