using Microsoft.ML.Extensions.Pretrained;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A file layout of transformers: the source tensor of every weight.</summary>
/// <param name="Config">The shape.</param>
/// <param name="Rules">By the weight's name.</param>
/// <param name="Ignores">Further tensors that a file may hold (masks, the matrix of a tied unembedding).</param>
internal sealed record CheckpointLayout(TransformerConfig Config, IReadOnlyDictionary<string, TensorRule> Rules, Func<string, bool> Ignores)
{
    /// <exception cref="FormatException">Tensors are missing, unknown, of another shape, or not finite; each is named.</exception>
    public TransformerModel Load(TensorFiles files)
    {
        WeightCheck.Check(
            Rules.Values.Select(rule => new WantedWeight(rule.Source, rule.Shape, rule.Optional)).DistinctBy(wanted => wanted.Name),
            files.Shapes.Where(pair => !Ignores(pair.Key)).ToDictionary(), files.Description);
        return new TransformerModel(Config, name => Read(name, files));
    }

    private Tensor? Read(string name, TensorFiles files) =>
        Rules.TryGetValue(name, out var rule) && files.Shapes.ContainsKey(rule.Source) ? rule.Convert(files.ReadWeight(rule.Source)) : null;
}
