using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Copies of models whose networks are others.</summary>
internal static class NetworkReplacement
{
    /// <summary>The data as a network of a model reads it.</summary>
    public static IDataView Before(ITransformer model, NetworkTransformer network, IDataView data) =>
        model.Parts().TakeWhile(part => !ReferenceEquals(part, network)).Aggregate(data, (view, part) => part.Transform(view));

    /// <summary>The model with other networks; the transformers between them are shared.</summary>
    /// <param name="model">A network of this pack, or a chain that has some.</param>
    /// <param name="replaced">Creates the network that takes the place of one.</param>
    /// <exception cref="ArgumentException">The model has no network of this pack.</exception>
    public static ITransformer Of(ITransformer model, Func<NetworkTransformer, NetworkTransformer> replaced)
    {
        if (model is NetworkTransformer single)
        {
            return replaced(single);
        }
        var parts = model.Parts().ToArray();
        if (!parts.Any(part => part is NetworkTransformer))
        {
            throw new ArgumentException("The model has no network of Microsoft.ML.Extensions in it, so there is nothing to change.", nameof(model));
        }
        var created = new List<NetworkTransformer>();
        try
        {
            return new TransformerChain<ITransformer>([.. parts.Select(part => part is NetworkTransformer network ? Kept(network) : part)]);
        }
        catch
        {
            created.ForEach(network => network.Dispose());
            throw;
        }

        ITransformer Kept(NetworkTransformer network)
        {
            created.Add(replaced(network));
            return created[^1];
        }
    }
}
