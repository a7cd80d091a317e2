using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML;

/// <summary>Small language models for interpretability: <c>ml.Model.TrainLanguageModel(...)</c>.</summary>
public static class LanguageModelCatalog
{
    /// <summary>Trains a causal transformer to predict each token of a text from the previous ones, by cross-entropy.</summary>
    /// <remarks>
    /// A text longer than the context is cut into windows, each of which begins with the last token of the one before: every token but a
    /// text's first is predicted once. Texts never share a window. Rows whose text is missing or empty are left out, with a warning; a text
    /// of one token has nothing to predict. Training uses the model's own Run, so trained and examined model are the same.
    /// </remarks>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="data">Rows with the text column.</param>
    /// <param name="textColumnName">The texts. The default is <c>Text</c>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <returns>The model with its tokenizer. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not a text.</exception>
    /// <exception cref="InvalidDataException">
    /// A part of a text is outside the vocabulary, or words are not separated by single spaces; the message names column and row.
    /// </exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from, or training diverged.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Interpretability;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var data = ml.Data.LoadFromTextFile("texts.txt", [new("Text", DataKind.String, 0)]);
    /// using var trained = ml.Model.TrainLanguageModel(data, "Text", new LanguageModelOptions { Tokens = LanguageModelTokens.Characters });
    /// trained.Save("toy");
    /// ]]></code></example>
    /// <seealso href="../docs/TransformerModel.html">docs/TransformerModel.md</seealso>
    public static LanguageModel TrainLanguageModel(
        this ModelOperationsCatalog catalog, IDataView data, string textColumnName = "Text", LanguageModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(textColumnName);
        return new LanguageModelTrainer(catalog.Environment(), data, textColumnName, options ?? new LanguageModelOptions()).Train();
    }
}
