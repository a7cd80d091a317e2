namespace Microsoft.ML.Extensions.MLNet;

/// <summary>The transformers that a model consists of.</summary>
internal static class TransformerParts
{
    /// <summary>The transformers of a model in order; a chain may hold chains.</summary>
    public static IEnumerable<ITransformer> Parts(this ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];
}
