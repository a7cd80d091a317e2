namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A token that is found in a text before anything is cut into pieces.</summary>
/// <param name="Text">What it stands for.</param>
/// <param name="Token">Its number.</param>
/// <param name="TakesSpaceBefore">Whether it takes the white space before it ("lstrip").</param>
/// <param name="TakesSpaceAfter">Whether it takes the white space after it ("rstrip").</param>
/// <param name="IsWord">Whether it is found only where no letter, digit or underscore touches it ("single_word").</param>
/// <param name="JoinsText">Whether the text after it goes on rather than beginning anew (symbols of a SentencePiece model).</param>
internal sealed record AddedToken(
    string Text, int Token, bool TakesSpaceBefore = false, bool TakesSpaceAfter = false, bool IsWord = false, bool JoinsText = false);

/// <summary>A part of a text: an added token, or what is between two of them.</summary>
/// <param name="Text">The part.</param>
/// <param name="Added">The token; null for ordinary text.</param>
internal readonly record struct TextPart(string Text, AddedToken? Added);
