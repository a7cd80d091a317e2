namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The classification of an architecture by the taxonomy of Guo et al. 2019 (arXiv 1903.06902, section 4).</summary>
/// <param name="IsSymmetric">
/// Whether exchanging query and document gives the same score: suited for texts of one kind, such as questions.
/// </param>
/// <param name="Focus">Whether it represents each text by itself, the interaction of both, or both.</param>
/// <param name="IsMultiGranular">Whether it uses more than one unit, such as terms and n-grams.</param>
/// <param name="SeesLetters">Whether it reads terms by their letters, and so represents terms outside the vocabulary.</param>
/// <param name="LearnsTermVectors">
/// Whether term vectors can be trained; false where it has none, or where it has no gradient with respect to them.
/// </param>
public sealed record RankingArchitectureFacts(
    bool IsSymmetric, RankingFocus Focus, bool IsMultiGranular, bool SeesLetters, bool LearnsTermVectors)
{
    /// <summary>The facts of an architecture.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not an architecture.</exception>
    public static RankingArchitectureFacts Of(RankingArchitecture architecture) => architecture switch
    {
        RankingArchitecture.KNrm => new(false, RankingFocus.Interaction, false, false, true),
        RankingArchitecture.ConvKnrm => new(false, RankingFocus.Interaction, true, false, true),
        RankingArchitecture.Drmm => new(false, RankingFocus.Interaction, false, false, false),
        RankingArchitecture.DrmmTopK => new(false, RankingFocus.Interaction, false, false, true),
        RankingArchitecture.MatchPyramid => new(true, RankingFocus.Interaction, false, false, true),
        RankingArchitecture.Pacrr => new(false, RankingFocus.Interaction, true, false, true),
        RankingArchitecture.Anmm => new(false, RankingFocus.Interaction, false, false, true),
        RankingArchitecture.Duet => new(false, RankingFocus.Hybrid, false, true, false),
        RankingArchitecture.LateInteraction => new(false, RankingFocus.Interaction, false, false, true),
        RankingArchitecture.ArcI => new(true, RankingFocus.Representation, false, false, true),
        RankingArchitecture.ArcII => new(true, RankingFocus.Interaction, false, false, true),
        RankingArchitecture.MvLstm => new(true, RankingFocus.Representation, false, false, true),
        RankingArchitecture.MatchSrnn => new(true, RankingFocus.Hybrid, false, false, true),
        RankingArchitecture.Dssm => new(true, RankingFocus.Representation, false, true, false),
        RankingArchitecture.Cdssm => new(true, RankingFocus.Representation, false, true, false),
        RankingArchitecture.CrossEncoder => new(false, RankingFocus.Interaction, false, false, true),
        _ => throw new ArgumentOutOfRangeException(
            nameof(architecture), architecture, $"Allowed are {string.Join(", ", Enum.GetNames<RankingArchitecture>())}."),
    };
}

/// <summary>The focus of an architecture.</summary>
public enum RankingFocus
{
    /// <summary>A representation of each text; documents can be encoded in advance.</summary>
    Representation,

    /// <summary>The interaction of the terms of both texts.</summary>
    Interaction,

    /// <summary>Representation and interaction.</summary>
    Hybrid,
}
