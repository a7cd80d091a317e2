namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A token that is recognised in a text before it is split into pieces.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Token">Its number.</param>
/// <param name="TakesSpaceBefore">Whether it includes the white space before it ("lstrip").</param>
/// <param name="TakesSpaceAfter">Whether it includes the white space after it ("rstrip").</param>
/// <param name="IsWord">Whether it is recognised only where no letter, digit or underscore is adjacent ("single_word").</param>
/// <param name="JoinsText">Whether the text after it continues instead of starting again (symbols of a SentencePiece model).</param>
internal sealed record AddedToken(
    string Text, int Token, bool TakesSpaceBefore = false, bool TakesSpaceAfter = false, bool IsWord = false, bool JoinsText = false);

/// <summary>A part of a text: an added token, or the text between two of them.</summary>
/// <param name="Text">The part.</param>
/// <param name="Added">The token; null for ordinary text.</param>
internal readonly record struct TextPart(string Text, AddedToken? Added);
