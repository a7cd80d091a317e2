namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Programs for the evaluation of circuit finders in the literature (Weiss et al. 2021, arXiv 2106.06981; Lindner et al. 2023, arXiv
/// 2301.05062).
/// </summary>
public static class RaspPrograms
{
    /// <summary>The row backwards.</summary>
    public static RaspCategories Reverse()
    {
        var length = RaspProgram.Select(RaspProgram.Tokens, RaspProgram.Tokens, (_, _) => true).Width();
        var opposite = length.Combine(RaspProgram.Indices, (count, place) => count - 1 - place);
        return RaspProgram.Select(RaspProgram.Indices, opposite, (key, query) => key == query).Aggregate(RaspProgram.Tokens);
    }

    /// <summary>The fraction of this and all earlier tokens that are a given one.</summary>
    public static RaspNumbers FractionPrevious(int token) =>
        RaspProgram.Select(RaspProgram.Indices, RaspProgram.Indices, (key, query) => key <= query)
            .Aggregate(RaspProgram.Tokens.MapToNumbers(other => other == token ? 1 : 0));

    /// <summary>The row in ascending order; equal tokens are ordered by position.</summary>
    /// <param name="length">The longest row.</param>
    public static RaspCategories Sort(int length)
    {
        var key = RaspProgram.Tokens.Combine(RaspProgram.Indices, (token, place) => (token * length) + place);
        var rank = RaspProgram.Select(key, key, (other, own) => other < own).Width();
        return RaspProgram.Select(rank, RaspProgram.Indices, (other, place) => other == place).Aggregate(RaspProgram.Tokens);
    }

    /// <summary>How often each token is in the row.</summary>
    public static RaspCategories Histogram() =>
        RaspProgram.Select(RaspProgram.Tokens, RaspProgram.Tokens, (key, query) => key == query).Width();
}
