namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What an architecture is, in the taxonomy of Guo et al. 2019 (arXiv 1903.06902, section 4).</summary>
/// <param name="IsSymmetric">Whether query and document may change places: a network for texts of one kind, such as questions.</param>
/// <param name="Focus">What it learns of: each text by itself, both together, or both ways.</param>
/// <param name="IsMultiGranular">Whether it sees more than one unit, such as terms and n-grams.</param>
/// <param name="SeesLetters">Whether it reads terms by their letters, so that it knows something of terms that were not learned.</param>
/// <param name="LearnsTermVectors">Whether vectors of terms can learn; false where it has none, or its function of them has no gradient.</param>
public sealed record RankingArchitectureFacts(bool IsSymmetric, RankingFocus Focus, bool IsMultiGranular, bool SeesLetters, bool LearnsTermVectors)
{
    /// <summary>Those of an architecture.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
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
        _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, $"Allowed are {string.Join(", ", Enum.GetNames<RankingArchitecture>())}."),
    };
}

/// <summary>What a ranker learns of.</summary>
public enum RankingFocus
{
    /// <summary>Each text by itself; documents can be computed before there is a query.</summary>
    Representation,

    /// <summary>How the terms of both texts match.</summary>
    Interaction,

    /// <summary>Both ways.</summary>
    Hybrid,
}
