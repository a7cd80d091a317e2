namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What an encoder's folder says beside its network.</summary>
/// <param name="Folder">Where <c>config.json</c> and the weights are.</param>
/// <param name="Words">What the tokenizer does.</param>
/// <param name="MaxTokens">The most tokens of a text; null where nothing is said.</param>
/// <param name="Pooling">How one vector is made; null where nothing is said.</param>
/// <param name="Normalize">Whether it has length 1; null where nothing is said.</param>
/// <param name="Prompt">What stands before every text.</param>
internal sealed record EncoderSettings(string Folder, WordPieceSettings Words, int? MaxTokens, TextPooling? Pooling, bool? Normalize, string Prompt);
