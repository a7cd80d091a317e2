using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models;

/// <summary>Small transformers of every kind, with weights large enough that every part matters.</summary>
internal static class TinyTransformers
{
    private static readonly TransformerConfig Base = new()
    {
        Layers = 2,
        Heads = 4,
        ModelWidth = 12,
        HeadWidth = 6,
        Vocabulary = 11,
        Context = 9,
    };

    public static readonly IReadOnlyDictionary<string, TransformerConfig> Configs = new Dictionary<string, TransformerConfig>
    {
        ["gpt2"] = Base with { MlpWidth = 20, TiedEmbeddings = true },
        ["gelu"] = Base with { MlpWidth = 20, Activation = TransformerActivation.Gelu, Norm = TransformerNorm.LayerNormPre },
        ["llama"] = Base with
        {
            KeyValueHeads = 2,
            MlpWidth = 20,
            GatedMlp = true,
            Activation = TransformerActivation.Silu,
            Norm = TransformerNorm.RmsNorm,
            Positions = TransformerPositions.Rotary,
        },
        ["attention only"] = Base with { Norm = TransformerNorm.None },
        ["shortformer"] = Base with { Positions = TransformerPositions.Shortformer },
        ["encoder"] = Base with { Causal = false, MlpWidth = 20, Activation = TransformerActivation.Relu, Outputs = 3 },
        ["no positions"] = Base with { Positions = TransformerPositions.None, Norm = TransformerNorm.RmsNormPre, KeyValueHeads = 1 },
    };

    public static readonly int[] Row = [3, 0, 10, 7, 7, 1];

    /// <summary>Normal weights of deviation 0.4, norms around one.</summary>
    public static TransformerModel Create(string kind, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        using var random = TransformerModel.CreateRandom(Configs[kind], 1);
        using var generator = new Generator(5);
        var weights = random.WeightNames.ToDictionary(name => name, name =>
        {
            using var old = random.Weight(name);
            var noise = randn(old.shape, generator: generator).Scaled(0.4);
            return name.EndsWith(".w", StringComparison.Ordinal) ? noise.Plus(1) : noise;
        });
        using var model = TransformerModel.Create(Configs[kind], weights);
        return model.Copy(type);
    }
}
