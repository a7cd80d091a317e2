namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The settings of an encoder's folder, apart from its network.</summary>
/// <param name="Folder">The folder of <c>config.json</c> and the weights.</param>
/// <param name="Words">The settings of the tokenizer.</param>
/// <param name="MaxTokens">The most tokens of a text; null where there is no setting.</param>
/// <param name="Pooling">How one vector is computed; null where there is no setting.</param>
/// <param name="Normalize">Whether it has length 1; null where there is no setting.</param>
/// <param name="Prompt">The text that is put before every text.</param>
internal sealed record EncoderSettings(
    string Folder, WordPieceSettings Words, int? MaxTokens, TextPooling? Pooling, bool? Normalize, string Prompt);
