namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The stemmer, which maps the forms of a word to one term.</summary>
public enum Stemmer
{
    /// <summary>No stemming: every form is a term of its own.</summary>
    None,

    /// <summary>Porter 1980, for English: <c>flows</c>, <c>flowing</c> and <c>flow</c> are one term.</summary>
    Porter,
}
