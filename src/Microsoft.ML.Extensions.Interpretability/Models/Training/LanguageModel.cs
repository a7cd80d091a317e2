namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A trained language model: a transformer and its tokenizer. It owns the transformer: dispose it.</summary>
/// <inheritdoc cref="LanguageModelCatalog.TrainLanguageModel" path="/example"/>
/// <seealso href="../docs/TransformerModel.html">docs/TransformerModel.md</seealso>
public sealed class LanguageModel : IDisposable
{
    internal LanguageModel(
        TransformerModel model, TransformerTokenizer tokenizer, IReadOnlyList<TrainingProgress> history, long skippedRows) =>
        (Model, Tokenizer, History, SkippedRows) = (model, tokenizer, history, skippedRows);

    /// <summary>The transformer, on the device that it was trained on.</summary>
    public TransformerModel Model { get; }

    /// <summary>The tokenizer.</summary>
    public TransformerTokenizer Tokenizer { get; }

    /// <summary>The results of epochs; losses are nats per token. A resumed run has only its own epochs.</summary>
    public IReadOnlyList<TrainingProgress> History { get; }

    /// <summary>The number of rows left out because their text is missing or empty.</summary>
    public long SkippedRows { get; }

    /// <summary>
    /// Writes model and tokenizer into one folder, for <see cref="TransformerModel.Load"/> and <see cref="TransformerTokenizer.Load"/>.
    /// </summary>
    /// <param name="folder">The folder; it is created if it does not exist.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        Model.Save(folder);
        Tokenizer.Save(folder);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
