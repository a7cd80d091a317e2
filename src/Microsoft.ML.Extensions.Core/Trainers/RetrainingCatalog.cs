using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML;

/// <summary>Trains pruned models again.</summary>
public static class RetrainingCatalog
{
    /// <summary>A copy of a model whose weights are trained again from where they are; those that are 0 stay 0.</summary>
    /// <remarks>
    /// <para>
    /// It follows the options that the model was trained with, but for sparsity, gradient noise, guidance, distillation and checkpoints. Every network of an ensemble is trained
    /// again. The number of a layer's neurons and the zeros of its matrices stay; biases, norms and tables are trained, too.
    /// </para>
    /// <para>
    /// <see cref="RetrainingOptions.Start"/> has two checks of a pruned model: other weights at the same positions, and at shuffled positions. Where these are as good, neither the
    /// values nor the positions that survived matter, only how many of each layer.
    /// </para>
    /// </remarks>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">A trained or loaded model of this pack, or a chain that has one; it stays as it is.</param>
    /// <param name="data">The training rows, as the model, or its chain, reads them, with the columns that it was trained on.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <returns>
    /// The model with new weights, which the caller disposes apart from the old one. In a chain the other transformers are shared with the old chain.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The options are out of range; the model has no network of this pack, several, one with a base, or one that options and data are not enough to train; or a column is missing.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is not of the type it had in training.</exception>
    /// <exception cref="InvalidOperationException">The labels or columns are not those that the model was trained on, there is nothing to learn from, or training diverged.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Extensions;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// var model = ml.MulticlassClassification.Trainers.Recurrent(new RecurrentOptions { Base = SequenceBase.None }).Fit(data);
    /// var pruned = ml.Model.Prune(model, new PruningOptions { Density = 0.1 });
    /// var better = ml.Model.Retrain(pruned, data, new RetrainingOptions { Epochs = 10 });
    /// Console.WriteLine(ml.MulticlassClassification.Evaluate(better.Transform(data)).MicroAccuracy);
    /// ]]></code></example>
    /// <seealso href="../docs/Sparsity.html">docs/Sparsity.md</seealso>
    public static ITransformer Retrain(this ModelOperationsCatalog catalog, ITransformer model, IDataView data, RetrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var settings = (options ?? new RetrainingOptions()).Validated();
        if (model is not NetworkTransformer && model.Parts().OfType<NetworkTransformer>().Skip(1).Any())
        {
            throw new ArgumentException("The model has several networks, and what the later ones read changes with the earlier ones; retrain each alone.", nameof(model));
        }
        return NetworkReplacement.Of(model, network => Retrain(catalog, network, NetworkReplacement.Before(model, network, data), settings));
    }

    private static NetworkTransformer Retrain(ModelOperationsCatalog catalog, NetworkTransformer model, IDataView data, RetrainingOptions settings)
    {
        if (model.Model.Base is { } solved)
        {
            throw new ArgumentException(
                $"The model on column '{model.FeatureColumnName}' has a base of {solved.Kind}, and its networks have weights chosen beside it, which retraining would change. Train with Base None to prune and retrain.",
                nameof(model));
        }
        // The examples of such a trainer depend on what it learned from its data, such as a vocabulary.
        if (model.Head.Task is not { LabelsAreLists: false } || model.ReadOptions() is not NetworkTrainerOptions options)
        {
            throw CannotTrain(model);
        }
        // The weights are needed once the fit has begun, and somebody else may dispose the model until then.
        using var lease = model.Rent();
        var training = options.Training;
        (options.EnsembleSize, training.Retrained) = (model.EnsembleSize, new RetrainedModel(settings.Start, model.Head, (member, network) =>
            lease.Use(whole => MemberWeights.Copy(whole, member, network))));
        (training.Epochs, training.LearningRate) = (settings.Epochs > 0 ? settings.Epochs : training.Epochs, settings.LearningRate ?? training.LearningRate);
        (training.Sparsity, training.GradientNoise, training.CheckpointDirectory) = (null, null, null);
        (training.Seed, training.Progress, training.CancellationToken) = (settings.Seed ?? training.Seed, settings.Progress, settings.CancellationToken);
        return (model.Copies.Trainer(catalog.Environment(), options) ?? throw CannotTrain(model)).Fit(data);
    }

    private static ArgumentException CannotTrain(NetworkTransformer model) => new(
        $"The model on column '{model.FeatureColumnName}' is a {model.Model.Kind}, which its options and data are not enough to train again; train a new one with Training.Sparsity.", nameof(model));
}
