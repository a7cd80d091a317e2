namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A trained language model: a transformer to look into and the tokenizer that goes with it. It owns the model: dispose it.</summary>
public sealed class LanguageModel : IDisposable
{
    internal LanguageModel(TransformerModel model, TransformerTokenizer tokenizer, IReadOnlyList<TrainingProgress> history, long skippedRows) =>
        (Model, Tokenizer, History, SkippedRows) = (model, tokenizer, history, skippedRows);

    /// <summary>The transformer, on the device that it was trained on.</summary>
    public TransformerModel Model { get; }

    /// <summary>The tokenizer.</summary>
    public TransformerTokenizer Tokenizer { get; }

    /// <summary>What each epoch reached; losses are nats a token. A run that went on from a checkpoint has its own epochs only.</summary>
    public IReadOnlyList<TrainingProgress> History { get; }

    /// <summary>Rows that were left out because their text is missing or empty.</summary>
    public long SkippedRows { get; }

    /// <summary>Writes model and tokenizer into one folder, for <see cref="TransformerModel.Load"/> and <see cref="TransformerTokenizer.Load"/>.</summary>
    /// <param name="folder">The folder; it is made where it is not there.</param>
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
