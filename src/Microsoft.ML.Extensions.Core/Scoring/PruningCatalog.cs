using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML;

/// <summary>Removes weights of trained models.</summary>
public static class PruningCatalog
{
    /// <summary>
    /// A copy of a model whose smallest weights are 0: the largest of each matrix, or of all of them, are kept. Nothing is trained again, so
    /// measure the new model; <see cref="TrainingOptions.Sparsity"/> prunes while the other weights can still adapt.
    /// </summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">A trained or loaded model of this pack, or a chain that has some; it stays as it is.</param>
    /// <param name="options">What to keep; null for the defaults.</param>
    /// <returns>
    /// The model with new weights, which the caller disposes apart from the old one. In a chain the other transformers are shared with the old chain.
    /// </returns>
    /// <exception cref="ArgumentException">The options are out of range, or the model has no network of this pack.</exception>
    /// <exception cref="InvalidOperationException">
    /// A name is unknown (the message lists those there are), no matrix is a target, or the structure does not divide one.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static ITransformer Prune(this ModelOperationsCatalog catalog, ITransformer model, PruningOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        if (options is SparsityOptions)
        {
            throw new ArgumentException($"Options of training cannot be used on a trained model; use {nameof(PruningOptions)}.", nameof(options));
        }
        var settings = (options ?? new PruningOptions()).Validated();
        return NetworkReplacement.Of(model, network => network.Pruned(settings));
    }
}
